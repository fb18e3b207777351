import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { chosenOn, NONE, press } from './fault-helpers.ts';
import {
  AMARA,
  Browser,
  codeForm,
  DECLINER,
  postTo,
  refreshForm,
  sandboxForTest,
  signIn,
  signOn,
  start,
  type Tokens,
} from './helpers.ts';

async function userinfoOf(sandbox: Sandbox, { access_token }: Tokens) {
  const headers = { authorization: `Bearer ${access_token}` };
  return (await fetch(`${sandbox.issuer}/userinfo`, { headers })).json() as Promise<{ sub: string }>;
}

test('a fault affects the next sign-in that starts, and no later one', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'token-500');
  const spoilt = start(sandbox);
  const code = (await signOn(new Browser(), spoilt, AMARA)).get('code') ?? '';
  expect(await chosenOn(sandbox)).toBe(NONE);
  expect((await signIn(sandbox)).response.status).toBe(200);
  expect((await postTo(sandbox, '/token', codeForm(sandbox, spoilt, code))).status).toBe(500);
});

test('a fault does not affect sign-ins that have already started, at any step', async () => {
  const sandbox = await sandboxForTest();
  const withCode = start(sandbox);
  const code = (await signOn(new Browser(), withCode, AMARA)).get('code') ?? '';
  const onTheWay = { browser: new Browser(), started: start(sandbox) };
  const signOnPage = (await onTheWay.browser.request(onTheWay.started.url)).headers.get('location') ?? '';
  await press(sandbox, 'wrong-state');
  const back = (await onTheWay.browser.post(signOnPage, { user: AMARA })).headers.get('location') ?? '';
  const location = (await onTheWay.browser.request(back)).headers.get('location') ?? '';
  expect(new URL(location).searchParams.get('state')).toBe(onTheWay.started.state);
  expect((await postTo(sandbox, '/token', codeForm(sandbox, withCode, code))).status).toBe(200);
  const next = start(sandbox);
  expect((await signOn(new Browser(), next, AMARA)).get('state')).not.toBe(next.state);
});

test('of many sign-ins at the same time, only one has the fault', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'userinfo-other-sub');
  const all = await Promise.all(Array.from({ length: 8 }, () => signIn(sandbox)));
  const subs = await Promise.all(all.map(async ({ tokens }) => (await userinfoOf(sandbox, tokens)).sub));
  expect(subs.filter((sub) => sub !== AMARA)).toHaveLength(1);
});

test('after a request that fails at once, the fault is still chosen', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'wrong-iss');
  await new Browser().request(start(sandbox, { prompt: 'none' }).url);
  await new Browser().request(start(sandbox, { redirect_uri: 'http://localhost:3000/other' }).url);
  await new Browser().request(start(sandbox, { code_challenge: undefined }).url);
  expect(await chosenOn(sandbox)).toBe('Wrong iss');
});

test('a user can decline while a fault is chosen', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'id-token-expired');
  expect((await signOn(new Browser(), start(sandbox), DECLINER)).get('error')).toBe('access_denied');
  expect((await signIn(sandbox)).response.status).toBe(200);
});

test('a refresh returns valid tokens, whatever fault the sign-in had', async () => {
  const sandbox = await sandboxForTest();
  await press(sandbox, 'id-token-expired');
  const { tokens } = await signIn(sandbox);
  expect(decodeJwt(tokens.id_token).exp).toBeLessThan(Date.now() / 1000);
  const response = await postTo(sandbox, '/token', refreshForm(sandbox, tokens.refresh_token));
  const fresh = (await response.json()) as Tokens;
  expect(decodeJwt(fresh.id_token).exp).toBeGreaterThan(Date.now() / 1000);
});
