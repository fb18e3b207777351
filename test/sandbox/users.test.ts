import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { USERS } from '../../src/sandbox/users.ts';
import { INGRID, sandboxForFile, signIn, ZOE } from './helpers.ts';

const sandbox = await sandboxForFile();

async function claimsOf(user: string) {
  const { tokens } = await signIn(sandbox, { user });
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  const response = await fetch(`${sandbox.issuer}/userinfo`, { headers });
  return {
    idToken: decodeJwt(tokens.id_token),
    userinfo: (await response.json()) as Record<string, unknown>,
  };
}

test('one user has no name claim, only given_name and family_name', async () => {
  const { idToken, userinfo } = await claimsOf(ZOE);
  expect(userinfo).toMatchObject({ given_name: 'Zoë', family_name: 'Nguyễn-Łukasiewicz' });
  expect([userinfo, idToken].filter((claims) => 'name' in claims)).toEqual([]);
});

test('one user has a sub of 43 characters, in the ID token and in userinfo', async () => {
  const { idToken, userinfo } = await claimsOf(INGRID);
  expect(idToken.sub).toMatch(/^[\w-]{43}$/);
  expect(userinfo['sub']).toBe(idToken.sub);
  expect(userinfo['name']).toBe('Ingrid Solheim');
});

test('no two users have the same sub, username or email address', () => {
  for (const key of ['preferred_username', 'email']) {
    const values = USERS.filter(({ declines }) => !declines).map(({ claims }) => claims[key]);
    expect(new Set(values).size).toBe(values.length);
    expect(values).not.toContain(undefined);
  }
  expect(new Set(USERS.map(({ sub }) => sub)).size).toBe(USERS.length);
});
