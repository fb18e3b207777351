/** The OpenID provider inside the sandbox: oidc-provider, set up as a PingOne environment with one application. */
import { randomBytes } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { injectFault } from '../faults/inject.ts';
import type { FaultSwitch } from '../faults/switch.ts';
import { tellCrash } from '../pages/page.ts';
import { ENVIRONMENT_ID, type Settings } from '../settings.ts';
import { CLAIMS_BY_SCOPE, findUser } from '../users.ts';
import { showAuthorizationError } from './authorization-error.ts';
import { Provider } from './oidc-provider.ts';
import { catchCrashes, reshapeResponses } from './responses.ts';
import { refuseUnknownPolicies, whenToAsk } from './sign-on-policies.ts';
import { makeStore } from './store.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;
const OFF = { enabled: false };

/** The endpoints that oidc-provider serves below the issuer; the sandbox serves all the others itself. */
export const PROVIDER_ROUTES =
  /^(GET \/authorize(\/[^/]+)?|POST \/token|(GET|POST) \/userinfo|POST \/revoke)$/;

/** The sandbox's own session at this address, `ST` in PingOne. */
export const SESSION_COOKIE = 'sandbox_session';
export const COOKIE_OPTIONS = { httpOnly: true, sameSite: 'lax', path: `/${ENVIRONMENT_ID}` } as const;

type OIDC = Pick<KoaContextWithOIDC, 'oidc'>;

/** Makes the provider. Its endpoints are relative to the issuer, and it prints nothing on the terminal. */
export function makeProvider(settings: Settings, faults: FaultSwitch): Provider {
  const provider = new Provider(settings.issuer, configure(settings));
  provider.use<object, OIDC>(catchCrashes);
  provider.use<object, OIDC>(injectFault(faults, settings));
  provider.use<object, OIDC>(reshapeResponses(settings));
  const koa: EventEmitter = provider;
  // Koa would print all of it to the terminal. With a code, it is a browser that went away in the middle of a response.
  koa.on('error', (error: NodeJS.ErrnoException) => error.code ?? tellCrash(error));
  koa.on('server_error', (_ctx, error) => tellCrash(error));
  return provider;
}

/**
 * Every function that oidc-provider would otherwise announce on the terminal as "default called, you should
 * change it" is set here, besides those that make it behave as PingOne.
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
    // PingOne puts claims into the ID token too, where the default here leaves them to userinfo.
    conformIdTokenClaims: false,
    findAccount: findUser,
    allowOmittingSingleRegisteredRedirectUri: false,
    // Left different: with OPTIONAL, PingOne takes the method `plain` as well.
    pkce: { required: () => settings.pkce === 'required' },
    extraParams: { acr_values: refuseUnknownPolicies },
    routes: { authorization: '/authorize', token: '/token', userinfo: '/userinfo', revocation: '/revoke' },
    interactions: {
      policy: whenToAsk(),
      url: (_ctx, interaction) => `${settings.origin}/${ENVIRONMENT_ID}/signon/?flowId=${interaction.uid}`,
    },
    loadExistingGrant: grantEverything,
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    // Sign-off ends the session at PingOne and revokes no tokens.
    expiresWithSession: async () => false,
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: SESSION_COOKIE, interaction: 'sandbox_interaction', resume: 'sandbox_resume' },
      long: COOKIE_OPTIONS,
      short: { httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      ...{ AccessToken: HOUR_S, IdToken: HOUR_S },
      // Assumed: PingOne does not document it, a comment in one of Ping's samples says about two minutes.
      AuthorizationCode: 2 * MINUTE_S,
      RefreshToken: 30 * DAY_S,
      // refreshTokenRollingDuration: however often it is rotated, a refresh token's family ends after this.
      Grant: 180 * DAY_S,
      // Assumed: PingOne's own limit was not seen. It is longer than the app waits for a sign-in, so that a user who
      // comes back late reads the app's page about it.
      Interaction: 35 * MINUTE_S,
      // Assumed: how long a session at PingOne is valid.
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

/** A grant of its own for each sign-in, so that what one sign-in misuses ends its own tokens alone. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, account, provider } = ctx.oidc;
  if (client === undefined || account === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId });
  grant.addOIDCScope(Object.keys(CLAIMS_BY_SCOPE).join(' '));
  await grant.save();
  return grant;
}
