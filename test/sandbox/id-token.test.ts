import { CompactSign } from 'jose';
import { expect, test } from 'vitest';
import { verifyIdTokenHint } from '../../src/sandbox/provider/id-token.ts';
import { makeSettings } from '../../src/sandbox/settings.ts';
import { REDIRECT_URI, SIGN_OFF_URL } from './helpers.ts';

const made = await makeSettings({
  redirectUris: [REDIRECT_URI],
  signOffUrls: [SIGN_OFF_URL],
  pkce: 'required',
  isOtherApp: false,
});
const settings = { ...made, origin: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:1/env/as' };
const GOOD = { iss: settings.issuer, aud: settings.clientId, sub: 'a-user', iat: 1, exp: 2 };

function sign(claims: object) {
  const signer = new CompactSign(Buffer.from(JSON.stringify(claims)));
  return signer.setProtectedHeader({ alg: 'RS256', kid: 'default' }).sign(settings.keys.privateKey);
}

test('an id_token_hint that expired long ago is valid', async () => {
  expect(await verifyIdTokenHint(await sign(GOOD), settings)).toEqual({ sub: 'a-user' });
});

test.each([
  ['another issuer', { iss: 'http://127.0.0.1:2/env/as' }],
  ['another application', { aud: 'another-app' }],
  ['no user', { sub: undefined }],
])('an id_token_hint with %s is not valid', async (_name, changes) => {
  const hint = await sign({ ...GOOD, ...changes });
  await expect(verifyIdTokenHint(hint, settings)).rejects.toThrow();
});
