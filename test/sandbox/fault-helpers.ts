/** Chooses a fault on the sandbox's home page, and reads from the page which one is chosen. */
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

const OWN = { 'sec-fetch-site': 'same-origin' };

export function press(sandbox: Sandbox, fault: string, headers: Record<string, string> = OWN) {
  const { origin } = new URL(sandbox.issuer);
  const body = new URLSearchParams({ fault });
  return fetch(`${origin}/faults`, { method: 'POST', body, headers, redirect: 'manual' });
}

export async function homePage(sandbox: Sandbox) {
  return (await fetch(new URL('/', sandbox.issuer))).text();
}

/** The chosen fault, as the page shows it. */
export async function chosenOn(sandbox: Sandbox) {
  return /<strong id="chosen">([^<]+)</.exec(await homePage(sandbox))?.[1];
}

export const NONE = 'none';
