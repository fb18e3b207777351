// What this very answer tells beyond its code: causes and next step in place of those of the table (for faults of the
// connection: fault-cases.ts). Only hints are picked here; whether somebody is signed in never hangs on them.

import type { ErrorText } from './errors.ts';

export type Case = Pick<ErrorText, 'causes' | 'next'>;

const CONFIGURATION = 'Applications > Applications > your application > Configuration';

/** PingOne tells a wrong secret from a wrong method in its description alone. @param said PingOne's words */
export function caseOfInvalidClient(said = ''): Case | undefined {
  if (said.includes('Unsupported authentication method')) {
    return {
      causes: ['The application’s Token Endpoint Authentication Method is not Client Secret Post.'],
      next: `${CONFIGURATION}: set Token Endpoint Authentication Method to Client Secret Post.`,
    };
  }
  if (said.includes('Invalid client credentials')) {
    return {
      causes: ['The client secret or the client ID is wrong: old, incomplete, or from another environment.'],
      next: `${CONFIGURATION}: copy Client ID and Client Secret anew. In .env, quote the secret: a # without quotes cuts it off.`,
    };
  }
  return undefined;
}

/** What the address of an issuer tells, where no discovery document is there. */
export function caseOfIssuer(issuer: string): Case {
  const wrong = 'The environment ID or the region in PINGONE_ISSUER is wrong.';
  const hasAs = /\/as\/?$/.test(new URL(issuer).pathname);
  return {
    causes: hasAs ? [wrong] : ['PINGONE_ISSUER does not end in /as, as PingOne’s issuers do.', wrong],
    next: 'Copy the Issuer from the application’s Overview tab: Applications > Applications > your application.',
  };
}

/** Too many requests of this environment, or none at all for now: the status tells (RFC 6585, 4; RFC 9110, 15.6.4). */
export function caseOfBusy(status: number): Partial<Case> {
  return status === 429
    ? { causes: ['The environment’s licence has reached its request rate.'] }
    : { causes: ['PingOne is under maintenance or overloaded.', 'A proxy in between cannot reach PingOne.'] };
}

/** What came in place of JSON. @param type a Content-Type */
export function caseOfContentType(type: string): Partial<Case> | undefined {
  if (/^application\/jwt\b/i.test(type)) {
    return { causes: ['The provider signs its userinfo answer, which this app does not ask for.'] };
  }
  const isPage = /^text\/html\b/i.test(type);
  return isPage
    ? {
        causes: [
          'A proxy or a login page of the network answered in place of PingOne.',
          'PINGONE_ISSUER belongs to another product.',
        ],
      }
    : undefined;
}
