// Whose session it is, for a fair share of the room.

import type { SessionData } from 'express-session';
import * as z from 'zod';

const signedIn = z.object({ signIn: z.object({ issuer: z.string(), subject: z.string() }) });

/** The user where sign-in/ keeps them, in a field of any name: issuer and subject as one text. Undefined if there is none. */
export function userOfSession(data: SessionData): string | undefined {
  const stored = Object.values(data).flatMap((field) => signedIn.safeParse(field).data ?? [])[0];
  return stored && JSON.stringify([stored.signIn.issuer, stored.signIn.subject]);
}
