// The OpenID provider of the sandbox: oidc-provider, configured as a PingOne environment with one application.

import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { injectFault } from '../faults/inject.ts';
import type { FaultSelection } from '../faults/selection.ts';
import { printCrash } from '../pages/page.ts';
import { ENVIRONMENT_ID, type Settings } from '../settings.ts';
import { CLAIMS_BY_SCOPE, findUser } from '../users.ts';
import { showAuthorizationError } from './authorization-error.ts';
import { Provider } from './oidc-provider.ts';
import { catchCrashes, reshapeResponses } from './responses.ts';
import { refuseUnknownPolicies, whenToShowSignOn } from './sign-on-policies.ts';
import { makeStore } from './store.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const OFF = { enabled: false };

/** The endpoints under the issuer that oidc-provider serves. The sandbox serves all others itself. */
export const PROVIDER_ROUTES =
  /^(GET \/authorize(\/[^/]+)?|POST \/token|(GET|POST) \/userinfo|POST \/revoke)$/;

/** The cookie of the user's session at the sandbox. PingOne calls this cookie `ST`. */
export const SESSION_COOKIE = 'sandbox_session';
export const COOKIE_OPTIONS = { httpOnly: true, sameSite: 'lax', path: `/${ENVIRONMENT_ID}` } as const;

type OIDC = Pick<KoaContextWithOIDC, 'oidc'>;

/** Makes the provider. Its endpoints are relative to the issuer, and it prints only crashes on the terminal. */
export function makeProvider(settings: Settings, faults: FaultSelection): Provider {
  const provider = new Provider(settings.issuer, configure(settings));
  provider.use<object, OIDC>(catchCrashes);
  provider.use<object, OIDC>(injectFault(faults, settings));
  provider.use<object, OIDC>(reshapeResponses(settings));
  const koa: EventEmitter = provider;
  // Koa would print the whole error. An error with a `code` means that a browser closed its connection too early.
  koa.on('error', (error: NodeJS.ErrnoException) => error.code ?? printCrash(error));
  koa.on('server_error', (_ctx, error) => printCrash(error));
  return provider;
}

/**
 * Sets every option that makes oidc-provider behave as PingOne, and every function that it would otherwise report on the
 * terminal as "default called, you should change it".
 */
function configure(settings: Settings): Configuration {
  return {
    adapter: makeStore(),
    clients: [
      {
        ...{ client_id: settings.clientId, client_secret: settings.clientSecret },
        token_endpoint_auth_method: 'client_secret_post',
        ...{ redirect_uris: [...settings.redirectUris], response_types: ['code'] },
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: { keys: [settings.keys.privateJwk] },
    clientAuthMethods: ['client_secret_post'],
    responseTypes: ['code'],
    scopes: [],
    claims: CLAIMS_BY_SCOPE,
    // PingOne also puts the claims into the ID token. By default, oidc-provider puts them only into userinfo.
    conformIdTokenClaims: false,
    findAccount: findUser,
    allowOmittingSingleRegisteredRedirectUri: false,
    // Differs from PingOne, which also accepts the method `plain` if PKCE is OPTIONAL.
    pkce: { required: () => settings.pkce === 'required' },
    extraParams: { acr_values: refuseUnknownPolicies },
    routes: { authorization: '/authorize', token: '/token', userinfo: '/userinfo', revocation: '/revoke' },
    interactions: {
      policy: whenToShowSignOn(),
      url: (_ctx, interaction) => `${settings.origin}/${ENVIRONMENT_ID}/signon/?flowId=${interaction.uid}`,
    },
    loadExistingGrant: grantEverything,
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    // As in PingOne, sign-off ends the session and revokes no tokens.
    expiresWithSession: async () => false,
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: SESSION_COOKIE, interaction: 'sandbox_interaction', resume: 'sandbox_resume' },
      long: COOKIE_OPTIONS,
      short: { httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      ...{ AccessToken: HOUR_S, IdToken: HOUR_S },
      // Assumed: PingOne documents no value. A comment in one of Ping's samples says about two minutes.
      AuthorizationCode: 2 * MINUTE_S,
      RefreshToken: 30 * DAY_S,
      // refreshTokenRollingDuration: after this time the refresh token expires, however often it was rotated.
      Grant: 180 * DAY_S,
      // Assumed: PingOne's own limit is not known. This limit is longer than the time that the app allows for a sign-in,
      // so a user who comes back late sees the app's page about it.
      Interaction: 35 * MINUTE_S,
      // Assumed: the lifetime of a session at PingOne.
      Session: 12 * HOUR_S,
    },
    clientBasedCORS: () => false,
    renderError: showAuthorizationError(settings),
    features: {
      ...{ devInteractions: OFF, dPoP: OFF, pushedAuthorizationRequests: OFF, resourceIndicators: OFF },
      // The sandbox's own sign-off comes back without the confirmation that oidc-provider asks for.
      rpInitiatedLogout: OFF,
      revocation: { enabled: true, allowedPolicy: async () => true },
      userinfo: { enabled: true },
    },
  };
}

/** Makes a new grant for each sign-in. If a code or refresh token is misused, only the tokens of its sign-in end. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, account, provider } = ctx.oidc;
  if (client === undefined || account === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope(Object.keys(CLAIMS_BY_SCOPE).join(' '));
  await grant.save();
  return grant;
}
