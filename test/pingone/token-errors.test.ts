import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { errorOf, signIn, standInForTest } from './helpers.ts';

const ID = '11111111-2222-4333-8444-555566667777';
const OTHER_ID = '99999999-2222-4333-8444-555566667777';

test.each([
  [401, 'invalid_client', 'token_invalid_client'],
  [400, 'invalid_client', 'token_invalid_client'],
  [400, 'invalid_grant', 'token_invalid_grant'],
  [400, 'invalid_request', 'token_refused'],
  [400, 'unauthorized_client', 'token_refused'],
  [400, 'unsupported_grant_type', 'token_refused'],
  [400, 'invalid_scope', 'token_refused'],
  [400, '__proto__', 'token_refused'],
  [400, 'constructor', 'token_refused'],
  [201, 'invalid_grant', 'token_invalid_grant'],
])('status %i with the error %s is the code %s', async (status, error, code) => {
  const { standIn, client } = await standInForTest();
  const error_description = `Request denied: invalid_client (Correlation ID: ${ID})`;
  standIn.scripts['token'] = () => ({ status, body: { error, error_description } });
  const refused = await errorOf(signIn(client, standIn));
  expect(refused.code).toBe(code);
  expect(refused.message).toBe(`The token request was answered with status ${status}.`);
  expect(refused.details).toMatchObject({
    pingOneSaid: `${error}: ${error_description}`,
    correlationId: ID,
  });
});

test('PingOne’s platform shape is read: its code and message, its id as the Correlation ID', async () => {
  const { standIn, client } = await standInForTest();
  const body = {
    id: ID,
    code: 'INVALID_DATA',
    message: 'It is not so.',
    details: [{ code: 'X', target: 'code' }],
  };
  standIn.scripts['token'] = () => ({ status: 400, body });
  const { code, details } = await errorOf(signIn(client, standIn));
  expect(code).toBe('token_refused');
  expect(details).toMatchObject({ pingOneSaid: 'INVALID_DATA: It is not so.', correlationId: ID });
});

test.each<[string, unknown]>([
  ['neither shape', { oops: true }],
  ['members of other kinds', { error: { a: 1 }, error_description: [], code: 5, message: null, id: 7 }],
  ['an array', ['invalid_grant']],
  ['HTML', '<h1>invalid_grant</h1>'],
  ['nothing', ''],
])('an error answer of %s says no more than its status', async (_, body) => {
  const { standIn, client } = await standInForTest();
  standIn.scripts['token'] = () => ({ status: 400, body });
  const { code, details } = await errorOf(signIn(client, standIn));
  expect(code).toBe('token_refused');
  expect({ ...details, checks: undefined, cause: undefined }).toEqual({
    detail: 'The token request was answered with status 400.',
  });
});

test.each([
  ['the header before the text', { 'correlation-id': ID }, `x (Correlation ID: ${OTHER_ID})`, ID],
  ['the text where there is no header', {}, `x (Correlation ID: ${ID})`, ID],
  ['the text where the header has none', { 'correlation-id': 'none' }, `x (correlation id:${ID})`, ID],
  ['nothing from another UUID', {}, `The code ${OTHER_ID} is not known`, undefined],
  ['the one that is called so', {}, `The code ${OTHER_ID} is not known (Correlation ID: ${ID})`, ID],
])('the Correlation ID comes from %s', async (_, headers, error_description, id) => {
  const { standIn, client } = await standInForTest();
  const body = { error: 'invalid_grant', error_description };
  standIn.scripts['token'] = () => ({ status: 400, headers, body });
  expect((await errorOf(signIn(client, standIn))).details.correlationId).toBe(id);
});

test.each([
  ['as it is', (value: string) => value],
  ['as the form has it', (value: string) => new URLSearchParams([['', value]]).toString().slice(1)],
  ['as a URL has it', encodeURIComponent],
  [
    'as a URL in small letters',
    (value: string) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['as HTML has it', (value: string) => value.replaceAll('&', '&amp;').replaceAll('=', '&#61;')],
  ['in base64', (value: string) => Buffer.from(value).toString('base64')],
  ['with spaces that nobody sees', (value: string) => [...value].join('\u200b')],
])('an error text that quotes what was sent, %s, is not shown', async (_, encoded) => {
  const { standIn, client } = await standInForTest();
  const code = `made up/code+${OTHER_ID}`;
  for (const name of ['client_secret', 'code', 'code_verifier']) {
    standIn.scripts['token'] = ({ body }) => {
      const quoted = encoded(new URLSearchParams(body).get(name) ?? '');
      return { status: 400, body: { error: quoted, error_description: `It was ${quoted}.` } };
    };
    const error = await errorOf(signIn(client, standIn, { code }));
    expect({ ...error.details, checks: undefined, cause: undefined }).toEqual({ detail: error.message });
    expect(inspect(error, { depth: 9 })).not.toMatch(/stand-in|made/);
  }
});

test('a secret at the place where an error text is cut leaves no part of it that is of use', async () => {
  for (let before = 200; before < 300; before += 10) {
    const { standIn, client } = await standInForTest();
    const message = 'x'.repeat(before) + standIn.clientSecret;
    standIn.scripts['token'] = () => ({ status: 400, body: { code: 'C', message } });
    const { details } = await errorOf(signIn(client, standIn));
    expect(details.pingOneSaid ?? '').not.toContain(standIn.clientSecret.slice(0, 12));
  }
});
