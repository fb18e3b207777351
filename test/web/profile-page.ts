// Reads the claims page as a user does: by its tables.

import { expect } from 'vitest';
import { createBrowser, type Page } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import type { Both } from './helpers.ts';

/** Signs in and opens the claims page. */
export async function openProfile({ app, providerDouble }: Both): Promise<Page> {
  const browser = createBrowser();
  expect((await signInAtProvider(browser, app.url, providerDouble)).status).toBe(303);
  return browser.get(`${app.url}/profile`);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };
const unescaped = (html: string) => html.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);

/** The cells of each row, as lists of the texts in them. */
export function rowsOf({ body }: Page): string[][][] {
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
      cell
        .split(/<[^>]+>/)
        .map(unescaped)
        .filter((text) => text.trim() !== ''),
    ),
  );
}

/** Each claim: its explanation, its value, the texts beside the value, its source. */
export function claimsOn(page: Page) {
  return rowsOf(page)
    .filter((cells) => cells.length === 3 && cells[0]?.length === 2)
    .map((cells) => ({
      name: cells[0]?.[0],
      explanation: cells[0]?.[1],
      value: cells[1]?.[0],
      beside: cells[1]?.slice(1),
      source: cells[2]?.[0],
    }));
}

export const claimOn = (page: Page, name: string) => claimsOn(page).filter((claim) => claim.name === name);
