import { expect, onTestFinished, test, vi } from 'vitest';
import {
  AMARA,
  Browser,
  CORRELATION_ID,
  codeForm,
  postTo,
  refreshForm,
  sandboxForFile,
  signIn,
  signOn,
  start,
  type Tokens,
} from './helpers.ts';

const sandbox = await sandboxForFile();

interface ErrorResponse {
  readonly error: string;
  readonly error_description: string;
}

/** Checks the error format, and returns the status, the code and the description without the Correlation ID. */
async function errorOf(response: Response) {
  const { error, error_description, ...rest } = (await response.json()) as ErrorResponse;
  expect(rest).toEqual({});
  expect(CORRELATION_ID.exec(error_description)?.[1]).toBe(response.headers.get('correlation-id'));
  return { status: response.status, error, words: error_description.replace(CORRELATION_ID, '') };
}

/** A sandbox, and a code with the verifier that it needs. */
async function withCode() {
  const started = start(sandbox);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  return { sandbox, started, code };
}

const DENIED = { status: 401, error: 'invalid_client' };
const UNSUPPORTED = { ...DENIED, words: 'Request denied: Unsupported authentication method' };
const INVALID = { ...DENIED, words: 'Request denied: Invalid client credentials' };

test('credentials in an Authorization header are an unsupported method', async () => {
  const { sandbox, started, code } = await withCode();
  const form = codeForm(sandbox, started, code, { client_secret: undefined });
  const basic = Buffer.from(`${sandbox.clientId}:${sandbox.clientSecret}`).toString('base64');
  const response = await postTo(sandbox, '/token', form, { authorization: `Basic ${basic}` });
  expect(await errorOf(response)).toEqual(UNSUPPORTED);
});

test('a missing secret and a client assertion are an unsupported method', async () => {
  const { sandbox, started, code } = await withCode();
  const none = codeForm(sandbox, started, code, { client_secret: undefined });
  expect(await errorOf(await postTo(sandbox, '/token', none))).toEqual(UNSUPPORTED);
  const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const assertion = { ...none, client_assertion: 'e30.e30.e30', client_assertion_type };
  expect(await errorOf(await postTo(sandbox, '/token', assertion))).toEqual(UNSUPPORTED);
});

test('a wrong secret and an unknown client get the same response', async () => {
  const { sandbox, started, code } = await withCode();
  const wrong = codeForm(sandbox, started, code, { client_secret: 'wrong' });
  expect(await errorOf(await postTo(sandbox, '/token', wrong))).toEqual(INVALID);
  const unknown = codeForm(sandbox, started, code, { client_id: '00000000-0000-4000-8000-000000000000' });
  expect(await errorOf(await postTo(sandbox, '/token', unknown))).toEqual(INVALID);
});

test('the revocation endpoint has the same rules for client authentication', async () => {
  const form = { token: 'any', client_id: sandbox.clientId };
  expect(await errorOf(await postTo(sandbox, '/revoke', form))).toEqual(UNSUPPORTED);
  const wrong = { ...form, client_secret: 'wrong' };
  expect(await errorOf(await postTo(sandbox, '/revoke', wrong))).toEqual(INVALID);
});

test.each([
  ['redirect_uri', 'http://localhost:3000/callback/'],
  ['code_verifier', 'x'.repeat(43)],
  ['code_verifier', undefined],
  ['code', 'made-up'],
])('a code does not work with the %s %s', async (name, value) => {
  const { sandbox, started, code } = await withCode();
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code, { [name]: value }));
  expect(await errorOf(response)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('a code works once, and a second use revokes the tokens of the first', async () => {
  const { sandbox, started, code } = await withCode();
  const form = codeForm(sandbox, started, code);
  const { refresh_token } = (await (await postTo(sandbox, '/token', form)).json()) as Tokens;
  expect(await errorOf(await postTo(sandbox, '/token', form))).toMatchObject({ error: 'invalid_grant' });
  const refresh = await postTo(sandbox, '/token', refreshForm(sandbox, refresh_token));
  expect(await errorOf(refresh)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('a code is valid for two minutes, and a refresh token for 30 days', async () => {
  const { started, code } = await withCode();
  const { tokens } = await signIn(sandbox);
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(Date.now() + 121_000);
  const late = await postTo(sandbox, '/token', codeForm(sandbox, started, code));
  expect(await errorOf(late)).toMatchObject({ status: 400, error: 'invalid_grant' });

  vi.setSystemTime(Date.now() + 29 * 86_400_000);
  const response = await postTo(sandbox, '/token', refreshForm(sandbox, tokens.refresh_token));
  const { refresh_token } = (await response.json()) as Tokens;
  vi.setSystemTime(Date.now() + 30 * 86_400_000 + 1000);
  const tooLate = await postTo(sandbox, '/token', refreshForm(sandbox, refresh_token));
  expect(await errorOf(tooLate)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('of many token requests at the same time with one code, one succeeds', async () => {
  const { sandbox, started, code } = await withCode();
  const form = codeForm(sandbox, started, code);
  const responses = await Promise.all(Array.from({ length: 10 }, () => postTo(sandbox, '/token', form)));
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(responses.filter(({ status }) => status === 400)).toHaveLength(9);
});

test('if a rotated refresh token is used again, the newer refresh token is revoked too', async () => {
  const { tokens } = await signIn(sandbox);
  const first = refreshForm(sandbox, tokens.refresh_token);
  const fresh = (await (await postTo(sandbox, '/token', first)).json()) as Tokens;
  const again = await postTo(sandbox, '/token', first);
  expect(await errorOf(again)).toMatchObject({ status: 400, error: 'invalid_grant' });
  const next = await postTo(sandbox, '/token', refreshForm(sandbox, fresh.refresh_token));
  expect(await errorOf(next)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

test('misuse in one sign-in does not affect another sign-in of the same browser', async () => {
  const browser = new Browser();
  const one = await signIn(sandbox, { browser });
  const started = start(sandbox);
  const code = new URL((await browser.request(started.url)).headers.get('location') ?? '').searchParams.get(
    'code',
  );
  const other = (await (
    await postTo(sandbox, '/token', codeForm(sandbox, started, code ?? ''))
  ).json()) as Tokens;
  await postTo(sandbox, '/token', codeForm(sandbox, one.started, one.code));
  const refresh = await postTo(sandbox, '/token', refreshForm(sandbox, other.refresh_token));
  expect(refresh.status).toBe(200);
});

test('a revoked refresh token does not work', async () => {
  const { tokens } = await signIn(sandbox);
  const { client_id, client_secret, refresh_token } = refreshForm(sandbox, tokens.refresh_token);
  const revoked = await postTo(sandbox, '/revoke', { token: refresh_token, client_id, client_secret });
  expect(revoked.status).toBe(200);
  const refresh = await postTo(sandbox, '/token', refreshForm(sandbox, refresh_token));
  expect(await errorOf(refresh)).toMatchObject({ error: 'invalid_grant' });
});

test('an unknown grant type gets the same error format, even if the client prefers HTML', async () => {
  const { clientId: client_id, clientSecret: client_secret } = sandbox;
  const form = { grant_type: 'password', client_id, client_secret };
  const response = await postTo(sandbox, '/token', form, { accept: 'text/html' });
  expect(await errorOf(response)).toMatchObject({ status: 400, error: 'unsupported_grant_type' });
});
