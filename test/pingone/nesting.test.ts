// JSON nested so deep that whoever writes it out again, a page or a session store, would run out of stack.

import { expect, test } from 'vitest';
import { errorOf, signIn, standInForTest } from './helpers.ts';

/** An object's member that nests `depth` arrays, the object not counted. */
const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test('claims of a depth of fifty arrive as they are, of one more they are refused', async () => {
  const { standIn, client } = await standInForTest();
  const { sub } = standIn.userinfo as { sub: string };
  standIn.userinfo = { sub, deep: nested(49) };
  standIn.claims = { deep: nested(49) };
  const { userinfoClaims, idTokenClaims } = await signIn(client, standIn);
  expect(userinfoClaims?.['deep']).toEqual(nested(49));
  expect(idTokenClaims['deep']).toEqual(nested(49));

  standIn.userinfo = { sub, deep: nested(50) };
  expect((await errorOf(signIn(client, standIn))).code).toBe('pingone_answer_invalid');
  standIn.userinfo = { sub };
  standIn.claims = { deep: { inner: nested(49) } };
  expect((await errorOf(signIn(client, standIn))).code).toBe('id_token_malformed');
});

test('control characters of an answer reach no message', async () => {
  const { standIn, client } = await standInForTest();
  standIn.claims = { iss: 'https://evil.example/\u009b31m\u202e\u2028' };
  const error = await errorOf(signIn(client, standIn));
  expect(error.details.detail).toContain('https://evil.example/ 31m');
  expect(error.message).not.toMatch(/[\p{C}\p{Zl}]/u);
});
