// ID tokens as nobody should accept them: made by hand, for no library would sign some of them.

import { expect } from 'vitest';
import type { PingOneClient } from '../../src/pingone/client.ts';
import type { SignInErrorCode } from '../../src/pingone/errors.ts';
import type { StandIn } from '../helpers/stand-in.ts';
import { errorOf, signIn } from './helpers.ts';

const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url');

/** A compact token of a header, a payload as it is, and what `sign` makes of both. */
export function compact(header: object, payload: string, sign: (input: string) => Buffer): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  return `${input}.${base64url(sign(input))}`;
}

/** The JSON text of a token's payload. */
export function payloadOf(idToken: string): string {
  return Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
}

/** Makes the token endpoint answer with what `change` makes of a good ID token. */
export function changeIdToken(standIn: StandIn, change: (good: string) => string): void {
  standIn.scripts['token'] = async () => ({
    body: {
      access_token: standIn.accessToken,
      token_type: 'Bearer',
      id_token: change(await standIn.idToken()),
    },
  });
}

/** A sign-in that ends at one check of the ID token, after others that held, and before userinfo is asked. */
export async function expectRefused(
  client: PingOneClient,
  standIn: StandIn,
  code: SignInErrorCode,
  check: string,
): Promise<string> {
  const error = await errorOf(signIn(client, standIn));
  const made = error.details.checks ?? [];
  expect(error.code).toBe(code);
  expect(made.at(-1)).toMatchObject({ name: check, result: 'failed' });
  expect(made.slice(0, -1).map(({ result }) => result)).not.toContain('failed');
  expect(standIn.requestsTo('token')).toHaveLength(1);
  expect(standIn.requestsTo('userinfo')).toEqual([]);
  return error.message;
}
