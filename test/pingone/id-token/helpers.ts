// ID tokens that must not be accepted. They are made by hand, because no library would sign some of them.

import { createHash, type KeyObject, sign } from 'node:crypto';
import { expect } from 'vitest';
import type { PingOneClient, SignInError } from '../../../src/pingone/index.ts';
import type { ProviderDouble } from '../../helpers/provider-double.ts';
import { lastCheck, watch } from '../helpers.ts';

const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url');

/** A compact token of a header, an unchanged payload, and the signature that `sign` makes of both. */
export function compact(header: object, payload: string, sign: (input: string) => Buffer): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  return `${input}.${base64url(sign(input))}`;
}

/** A token with a valid signature and any header and payload. */
export function signed(header: object, payload: string, key: KeyObject): string {
  return compact(header, payload, (input) => sign('sha256', Buffer.from(input), key));
}

/** The JSON text of a token's payload. */
export function payloadOf(idToken: string): string {
  return Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
}

export function atHashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

/** Makes the token endpoint return a valid ID token that `change` has changed. */
export function changeIdToken(provider: ProviderDouble, change: (good: string) => string): void {
  provider.scripts['token'] = async () => ({
    body: {
      access_token: provider.accessToken,
      token_type: 'Bearer',
      id_token: change(await provider.idToken()),
    },
  });
}

/** Expects that a sign-in fails at this check of the ID token: earlier checks passed, and no userinfo request follows. */
export async function expectRefused(
  client: PingOneClient,
  provider: ProviderDouble,
  { code, check }: { code: string; check: string },
): Promise<SignInError> {
  const { error, checks } = await watch(client, provider);
  expect(error?.code).toBe(code);
  expect(lastCheck(checks)).toEqual({ name: check, result: 'failed' });
  expect(checks.slice(0, -1).map(({ result }) => result)).not.toContain('failed');
  expect(provider.requestsTo('token')).toHaveLength(1);
  expect(provider.requestsTo('userinfo')).toEqual([]);
  return error as SignInError;
}
