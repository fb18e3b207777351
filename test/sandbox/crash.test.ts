/** What the terminal shows after an error in the sandbox: one line with the name and the place of the error. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { FAULTS } from '../../src/sandbox/faults/index.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { USERS } from '../../src/sandbox/users.ts';
import { AMARA, Browser, locationOf, sandboxForTest, start } from './helpers.ts';

const LINE = /^Error in the sandbox: RangeError at .*crash\.test\.ts:\d+:\d+\)?\n$/;

function crash(): never {
  throw new RangeError('a message that may quote a secret');
}

/** Collects what the sandbox writes to stderr. */
function watchTerminal(): string[] {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  onTestFinished(() => void vi.restoreAllMocks());
  return lines;
}

test('an error in a page of the sandbox is printed', async () => {
  const { issuer } = await sandboxForTest();
  const lines = watchTerminal();
  vi.spyOn(FAULTS, 'find').mockImplementation(crash);
  const { origin } = new URL(issuer);
  const response = await fetch(`${origin}/faults`, { method: 'POST', headers: { origin } });
  expect(response.status).toBe(500);
  expect(lines).toEqual([expect.stringMatching(LINE)]);
});

/** A browser in which a user has signed on, and the address of oidc-provider that the browser opens next. */
async function signedOn(sandbox: Sandbox) {
  const browser = new Browser();
  const atSignOn = locationOf(await browser.request(start(sandbox).url));
  return { browser, back: locationOf(await browser.post(atSignOn, { user: AMARA })) };
}

test('an error in the code around oidc-provider is printed', async () => {
  const sandbox = await sandboxForTest();
  const { origin } = new URL(sandbox.issuer);
  const body = new URLSearchParams({ fault: 'declined' });
  await fetch(`${origin}/faults`, { method: 'POST', headers: { origin }, body, redirect: 'manual' });
  const { browser, back } = await signedOn(sandbox);
  const lines = watchTerminal();
  for (const fault of FAULTS) vi.spyOn(fault, 'inject').mockImplementation(crash);
  expect((await browser.request(back)).status).toBe(500);
  expect(lines).toEqual([expect.stringMatching(LINE)]);
});

test('an error inside oidc-provider is printed', async () => {
  const sandbox = await sandboxForTest();
  const { browser, back } = await signedOn(sandbox);
  const lines = watchTerminal();
  vi.spyOn(USERS, 'find').mockImplementation(crash);
  await browser.request(back);
  expect(lines).toEqual([expect.stringMatching(LINE)]);
});

test('a request that the sandbox cannot read is not an error in the sandbox', async () => {
  const { issuer } = await sandboxForTest();
  const lines = watchTerminal();
  const { origin } = new URL(issuer);
  const body = new URLSearchParams({ fault: 'x'.repeat(20_000) });
  const response = await fetch(`${origin}/faults`, { method: 'POST', headers: { origin }, body });
  expect(response.status).toBe(413);
  expect(lines).toEqual([]);
});
