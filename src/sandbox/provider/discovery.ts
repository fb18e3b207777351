/** The responses of `/as/.well-known/openid-configuration` and `/as/jwks`. */
import type { Request, Response } from 'express';
import type { Settings } from '../settings.ts';

const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'];

/**
 * Makes the discovery document (OpenID Connect Discovery 1.0, section 3) with PingOne's values and without
 * `authorization_response_iss_parameter_supported`, which PingOne's has not either.
 *
 * It speaks for the environment; the application's settings are narrower, as in PingOne: of the authentication
 * methods it takes client_secret_post alone, of the code challenge methods S256 alone.
 *
 * Left different, because a document must not announce what is not there: no PAR, introspection, device
 * authorization and session checks (the app uses none of them), no request objects, the code flow alone and the
 * response mode `query` alone.
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

/** Responds with the discovery document. Its addresses are the issuer's, whatever Host the request names. */
export function serveDiscovery(settings: Settings) {
  const document = discoveryDocument(settings);
  return function discovery(_req: Request, res: Response) {
    res.json(document);
  };
}

/** Responds with the JWK Set. Assumed: `application/json`, and no word on how long it may be kept. */
export function serveJwks({ keys }: Settings) {
  return function jwks(_req: Request, res: Response) {
    res.json(keys.jwks);
  };
}
