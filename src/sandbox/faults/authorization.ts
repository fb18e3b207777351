/** Faults of the authorization response: what the browser brings to the redirect URI (RFC 6749, section 4.1.2). */
import { randomBytes } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Faults } from './fault.ts';

export const authorizationFaults: Faults = {
  declined: {
    title: 'Sign-on declined',
    rule: 'An error in place of a code ends the sign-in, with a page of its own (RFC 6749, 4.1.2.1).',
    end: 'access_denied',
    inject: change((response) => refuse(response, 'access_denied', 'The sign-on was declined')),
  },
  'login-required': {
    title: 'Sign-on not possible: login_required',
    rule: 'An error that asks the user to act ends the sign-in and starts no loop (OpenID Connect Core, 3.1.2.6).',
    end: 'login_required',
    inject: change((response) => refuse(response, 'login_required', 'The user must sign on')),
  },
  'wrong-state': {
    title: 'Wrong state',
    rule: 'A response whose state is not of this browser belongs to another user, or is forged (RFC 6749, 10.12).',
    end: 'sign_in_unknown',
    inject: change((response) => response.set('state', randomBytes(32).toString('base64url'))),
  },
  'wrong-iss': {
    title: 'Wrong iss',
    rule: 'If the response names its issuer, it must be the one that the request was sent to (RFC 9207, 2.4).',
    end: 'issuer_mismatch',
    inject: change((response) => response.set('iss', 'https://another-issuer.example/as')),
  },
  'repeated-code': {
    title: 'Repeated code',
    rule: 'A parameter that comes twice can be read in two ways, so it is not read at all (RFC 6749, 3.1).',
    end: 'callback_malformed',
    inject: change((response) => response.append('code', randomBytes(32).toString('base64url'))),
  },
};

function change(parameters: (response: URLSearchParams) => void) {
  return function changeParameters(ctx: KoaContextWithOIDC) {
    const url = new URL(ctx.response.get('location'));
    parameters(url.searchParams);
    ctx.set('location', url.href);
  };
}

/** Assumed: PingOne's wording. The Correlation ID is left out: a client never sees the headers of a redirect. */
function refuse(response: URLSearchParams, error: string, description: string) {
  response.delete('code');
  response.set('error', error);
  response.set('error_description', description);
}
