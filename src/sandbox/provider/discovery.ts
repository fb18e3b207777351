// The responses of `/as/.well-known/openid-configuration` and `/as/jwks`.

import type { Request, Response } from 'express';
import type { Settings } from '../settings.ts';

const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];

/**
 * Makes the discovery document (OpenID Connect Discovery 1.0, section 3) with PingOne's values. Like PingOne's, it has no
 * `authorization_response_iss_parameter_supported`.
 *
 * It describes the environment. As in PingOne, the application accepts less: only `client_secret_post` of the
 * authentication methods, and only S256 of the code challenge methods.
 *
 * Differs from PingOne, because a document must not announce features that are missing: no PAR, introspection, device
 * authorization and session checks (the app uses none of them), no request objects, only the code flow, and only the
 * response mode `query`.
 */
function discoveryDocument({ issuer }: Settings) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    end_session_endpoint: `${issuer}/signoff`,
    revocation_endpoint: `${issuer}/revoke`,
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    require_pushed_authorization_requests: false,
    scopes_supported: ['openid', 'profile', 'email', 'address', 'phone'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    userinfo_signing_alg_values_supported: ['none'],
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512'],
    claim_types_supported: ['normal'],
    claims_supported: [
      ...['sub', 'iss', 'auth_time', 'acr', 'name', 'given_name', 'family_name', 'middle_name'],
      ...['preferred_username', 'profile', 'picture', 'zoneinfo', 'phone_number', 'updated_at', 'address'],
      ...['email', 'locale'],
    ],
    code_challenge_methods_supported: ['plain', 'S256'],
  };
}

/** Sends the discovery document. Its URLs start with the issuer, whatever the Host header says. */
export function serveDiscovery(settings: Settings) {
  const document = discoveryDocument(settings);
  return function discovery(_req: Request, res: Response) {
    res.json(document);
  };
}

/** Sends the JWK Set. Assumed: the type `application/json`, and no header about caching. */
export function serveJwkSet({ keys }: Settings) {
  return function jwkSet(_req: Request, res: Response) {
    res.json(keys.jwks);
  };
}
