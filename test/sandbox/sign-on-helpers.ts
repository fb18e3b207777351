// The result of an authorization request with additional parameters: the sign-on page, tokens or an error.
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

/** Signs Amara on at the sign-on page and returns the tokens. */
export async function signOnWith(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  return tokensFor(sandbox, started, await signOn(browser, started, AMARA));
}

/** The ID token claims of a sign-in that shows no sign-on page. */
export async function claimsWithoutPage(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  const parameters = parametersOf(await browser.request(started.url));
  const { id_token } = await tokensFor(sandbox, started, parameters);
  return decodeJwt(id_token);
}

/** Whether the sandbox shows the sign-on page. */
export async function isAsked(sandbox: Sandbox, browser: Browser, changes: Changes) {
  return locationOf(await browser.request(start(sandbox, changes).url)).includes('/signon/?flowId=');
}

/** The parameters of a response that goes to the redirect URI at once. */
export async function errorOf(sandbox: Sandbox, browser: Browser, changes: Changes) {
  const started = start(sandbox, changes);
  const parameters = parametersOf(await browser.request(started.url));
  expect(parameters.get('state')).toBe(started.state);
  return Object.fromEntries(parameters);
}

/** Moves the clock forward. The sandbox runs in the same process, so its clock moves too. */
export function waitSeconds(seconds: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  onTestFinished(() => void vi.useRealTimers());
}

async function tokensFor(sandbox: Sandbox, started: Start, parameters: URLSearchParams): Promise<Tokens> {
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, parameters.get('code') ?? ''));
  return (await response.json()) as Tokens;
}
