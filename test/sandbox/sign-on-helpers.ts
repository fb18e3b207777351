// What an authorization request with further parameters leads to: the sign-on page, tokens or an error.
import { decodeJwt } from 'jose';
import { expect, onTestFinished, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  AMARA,
  type Browser,
  codeForm,
  locationOf,
  parametersOf,
  postTo,
  type Start,
  signOn,
  start,
  type Tokens,
} from './helpers.ts';

type Changes = Record<string, string | undefined>;

/** Signs Amara on over the sign-on page; returns the tokens. */
export async function signOnWith(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  return tokensFor(sandbox, started, await signOn(browser, started, AMARA));
}

/** The claims of the ID token of a sign-in that needs no sign-on page. */
export async function claimsWithoutPage(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  const parameters = parametersOf(await browser.request(started.url));
  const { id_token } = await tokensFor(sandbox, started, parameters);
  return decodeJwt(id_token);
}

/** Whether the sign-on page comes up. */
export async function isAsked(sandbox: Sandbox, browser: Browser, changes: Changes) {
  return locationOf(await browser.request(start(sandbox, changes).url)).includes('/signon/?flowId=');
}

/** The parameters of a request that comes back to the redirect URI at once. */
export async function errorOf(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  const parameters = parametersOf(await browser.request(started.url));
  expect(parameters.get('state')).toBe(started.state);
  return Object.fromEntries(parameters);
}

/** Lets the clock of this process, which is the sandbox's too, go on by so many seconds. */
export function waitSeconds(seconds: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  onTestFinished(() => void vi.useRealTimers());
}

async function tokensFor(sandbox: Sandbox, started: Start, parameters: URLSearchParams): Promise<Tokens> {
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, parameters.get('code') ?? ''));
  return (await response.json()) as Tokens;
}
