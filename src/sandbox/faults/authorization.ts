// Faults of the authorization response, which the browser brings to the redirect URI (RFC 6749, section 4.1.2).

import { randomBytes } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Faults } from './fault.ts';

export const authorizationFaults: Faults = {
  declined: {
    title: 'Sign-on declined',
    rule: 'If the response has an error instead of a code, the app ends the sign-in and shows an error page (RFC 6749, 4.1.2.1).',
    end: 'access_denied',
    inject: change((response) => replaceCodeWithError(response, 'access_denied', 'The sign-on was declined')),
  },
  'login-required': {
    title: 'Sign-on not possible: login_required',
    rule: 'If PingOne reports that the user must act, the app ends the sign-in and does not start another one by itself (OpenID Connect Core, 3.1.2.6).',
    end: 'login_required',
    inject: change((response) => replaceCodeWithError(response, 'login_required', 'The user must sign on')),
  },
  'wrong-state': {
    title: 'Wrong state',
    rule: 'A response whose state does not match this browser is forged or belongs to another user, so the app rejects it (RFC 6749, 10.12).',
    end: 'sign_in_unknown',
    inject: change((response) => response.set('state', randomBytes(32).toString('base64url'))),
  },
  'wrong-iss': {
    title: 'Wrong iss',
    rule: 'If the response names an issuer, it must be the issuer that the app sent the request to (RFC 9207, 2.4).',
    end: 'issuer_mismatch',
    inject: change((response) => response.set('iss', 'https://another-issuer.example/as')),
  },
  'repeated-code': {
    title: 'Repeated code',
    rule: 'A repeated parameter is ambiguous, so the app rejects the whole response (RFC 6749, 3.1).',
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

/** Assumed: PingOne's wording. It has no Correlation ID, because an app never sees the headers of a redirect. */
function replaceCodeWithError(response: URLSearchParams, error: string, description: string) {
  response.delete('code');
  response.set('error', error);
  response.set('error_description', description);
}
