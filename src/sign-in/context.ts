// The options with their defaults, and the parts that the routes share.

import type { Request, Response } from 'express';
import { createAfterSignIn } from '../pingone/index.ts';
import { createRevocations } from './revocations.ts';
import { createSessions } from './session.ts';
import { createMemoryShared } from './shared.ts';
import { createSignInCookies } from './sign-in-cookie.ts';
import type { SignInEvent, SignInOptions } from './types.ts';

export type Context = ReturnType<typeof createContext>;

/** @throws TypeError if there is no secret, or if one is too short */
export function createContext({ paths, observe, onEvent, ...options }: SignInOptions) {
  const { client, secrets } = options;
  if (!secrets[0] || secrets.some(({ length }) => length < 32))
    throw new TypeError('secrets: at least one, each of 32 characters or more.');
  const { origin, pathname: callback } = new URL(client.registration.redirectUri);
  const settings = {
    ...{ defaultPage: '/', cookieName: 'pingone', shared: createMemoryShared(), ...options },
    origin,
    https: origin.startsWith('https:'),
    paths: { signIn: '/login', signOut: '/logout', ...paths, callback },
    // What these functions throw changes nothing in a sign-in.
    observe: (req: Request, res: Response) => quietly(() => observe?.(req, res)),
    emit: (event: SignInEvent, req?: Request, res?: Response) => quietly(() => onEvent?.(event, req, res)),
  };
  const after = createAfterSignIn(client);
  const revocations = createRevocations(after.revoke, settings.emit);
  const sessions = createSessions(settings.cookieName, revocations.add);
  return { ...settings, after, sessions, cookies: createSignInCookies(settings), revocations };
}

function quietly<T>(call: () => T): T | undefined {
  try {
    const result = call();
    // A rejection without a handler would end the process.
    Promise.resolve(result).catch(() => undefined);
    return result;
  } catch {
    return undefined;
  }
}
