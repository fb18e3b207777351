import { CompactSign } from 'jose';
import { expect, test } from 'vitest';
import { verifyIdTokenHint } from '../../src/sandbox/id-token.ts';
import { makeSettings } from '../../src/sandbox/settings.ts';
import { REDIRECT_URI, SIGN_OFF_URL } from './helpers.ts';

const made = await makeSettings({ redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL });
const settings = { ...made, origin: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:1/env/as' };
const GOOD = { iss: settings.issuer, aud: settings.clientId, sub: 'somebody', iat: 1, exp: 2 };

function sign(claims: object) {
  const signer = new CompactSign(Buffer.from(JSON.stringify(claims)));
  return signer.setProtectedHeader({ alg: 'RS256', kid: 'default' }).sign(settings.keys.privateKey);
}

test('a hint that expired long ago is good', async () => {
  expect(await verifyIdTokenHint(await sign(GOOD), settings)).toEqual({ sub: 'somebody' });
});

test.each([
  ['another issuer', { iss: 'http://127.0.0.1:2/env/as' }],
  ['another application', { aud: 'somebody-else' }],
  ['no person', { sub: undefined }],
])('a hint with %s is not', async (_name, changes) => {
  const hint = await sign({ ...GOOD, ...changes });
  await expect(verifyIdTokenHint(hint, settings)).rejects.toThrow();
});
