/** Faults of the authorization response: what the browser brings to the redirect URI (RFC 6749, section 4.1.2). */
import { randomBytes } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Fault } from './fault.ts';

export const authorizationFaults: readonly Fault[] = [
  {
    id: 'declined',
    title: 'Sign-on declined',
    defence: 'An error in place of a code ends the sign-in, with its own page (RFC 6749, 4.1.2.1).',
    end: 'access_denied',
    misbehave: change((answer) => refuse(answer, 'access_denied', 'The sign-on was declined')),
  },
  {
    id: 'login-required',
    title: 'Sign-on not possible: login_required',
    defence:
      'An error that asks the person to act ends the sign-in and starts no loop (OpenID Connect Core, 3.1.2.6).',
    end: 'login_required',
    misbehave: change((answer) => refuse(answer, 'login_required', 'The person must sign on')),
  },
  {
    id: 'wrong-state',
    title: 'Wrong state',
    defence: 'An answer whose state is not of this browser is somebody else’s, or forged (RFC 6749, 10.12).',
    end: 'sign_in_unknown',
    misbehave: change((answer) => answer.set('state', randomBytes(32).toString('base64url'))),
  },
  {
    id: 'wrong-iss',
    title: 'Wrong iss',
    defence: 'Where the answer names its issuer, it must be the one that was asked (RFC 9207, 2.4).',
    end: 'issuer_mismatch',
    misbehave: change((answer) => answer.set('iss', 'https://another-issuer.example/as')),
  },
  {
    id: 'repeated-code',
    title: 'Repeated code',
    defence:
      'A parameter that comes twice can be read in two ways, so it is not read at all (RFC 6749, 3.1).',
    end: 'callback_malformed',
    misbehave: change((answer) => answer.append('code', randomBytes(32).toString('base64url'))),
  },
];

function change(parameters: (answer: URLSearchParams) => void) {
  return function changeParameters(ctx: KoaContextWithOIDC) {
    const url = new URL(ctx.response.get('location'));
    parameters(url.searchParams);
    ctx.set('location', url.href);
  };
}

/** Assumed: PingOne's wording. The Correlation ID is left out: the header of a redirect is nothing that a client sees. */
function refuse(answer: URLSearchParams, error: string, description: string) {
  answer.delete('code');
  answer.set('error', error);
  answer.set('error_description', description);
}
