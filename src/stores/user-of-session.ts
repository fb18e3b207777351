// Finds the user of a session, so that each user gets a fair share of the store.

import type { SessionData } from 'express-session';

type Fields = { signIn?: { issuer?: unknown; subject?: unknown } } | undefined;

/**
 * Issuer and subject as one text, as src/sign-in/ stored them, in a field of any name. Undefined if no user
 * is signed in.
 */
export function userOfSession(data: SessionData): string | undefined {
  for (const field of Object.values(data)) {
    const { issuer, subject } = (field as Fields)?.signIn ?? {};
    if (typeof issuer === 'string' && typeof subject === 'string') return JSON.stringify([issuer, subject]);
  }
  return undefined;
}
