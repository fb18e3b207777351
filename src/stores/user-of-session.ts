// Whose session it is, for a fair share of the room.

import type { SessionData } from 'express-session';

type Fields = { signIn?: { issuer?: unknown; subject?: unknown } } | undefined;

/** The user where sign-in/ keeps them, in a field of any name: issuer and subject as one text. Undefined if there is none. */
export function userOfSession(data: SessionData): string | undefined {
  for (const field of Object.values(data)) {
    const { issuer, subject } = (field as Fields)?.signIn ?? {};
    if (typeof issuer === 'string' && typeof subject === 'string') return JSON.stringify([issuer, subject]);
  }
  return undefined;
}
