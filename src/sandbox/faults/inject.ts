/** Lets the chosen fault spoil a response. The response is complete before, and is made without knowing of it. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';
import type { ChosenFault } from './index.ts';
import type { FaultSwitch } from './switch.ts';

/**
 * Makes the middleware around the one that gives responses PingOne's shape. Only a good response is spoilt: a request that
 * is wrong in itself gets the error that it deserves.
 */
export function injectFault(faults: FaultSwitch, settings: Settings) {
  return async function inject(ctx: KoaContextWithOIDC, next: () => Promise<unknown>) {
    await next();
    await faultOf(ctx, faults, settings)?.inject(ctx, settings);
    // This app's pages name the fault, by the URL that the browser brings to it.
    const fault = leadsToApp(ctx, settings) && faults.of(keyOf(ctx));
    if (fault) faults.keep(ctx.response.get('location'), fault);
  };
}

function faultOf(ctx: KoaContextWithOIDC, faults: FaultSwitch, settings: Settings) {
  if (ctx.path.startsWith('/authorize')) return atAuthorization(ctx, faults, settings);
  if (ctx.status !== 200) return undefined;
  const { authorizationCode, accessToken } = ctx.oidc;
  // A refresh request has no code, and is never spoilt.
  if (ctx.path === '/token') return ofEndpoint('token', faults.of(authorizationCode?.grantId));
  if (ctx.path === '/userinfo') return ofEndpoint('userinfo', faults.of(accessToken?.grantId));
  return undefined;
}

/**
 * `/authorize` begins a sign-in. If the user is signed on already, the response to the app comes from there, otherwise
 * from `/authorize/<flow id>`, after the sign-on page.
 */
function atAuthorization(ctx: KoaContextWithOIDC, faults: FaultSwitch, settings: Settings) {
  const key = keyOf(ctx);
  // A request that is refused at once is no sign-in, and uses no fault up.
  if (key === undefined) return undefined;
  const [, flowId] = ctx.path.slice(1).split('/');
  const fault = flowId === undefined ? faults.take() : faults.of(flowId);
  if (fault === undefined) return undefined;
  faults.keep(key, fault);
  return leadsToApp(ctx, settings) ? ofEndpoint('authorization', fault) : undefined;
}

function keyOf(ctx: KoaContextWithOIDC) {
  const { Interaction: flow, AuthorizationCode: code } = ctx.oidc.entities;
  return code?.grantId ?? flow?.uid;
}

function leadsToApp(ctx: KoaContextWithOIDC, { origin }: Settings) {
  return ctx.res.hasHeader('location') && !ctx.response.get('location').startsWith(`${origin}/`);
}

function ofEndpoint(endpoint: ChosenFault['endpoint'], fault: ChosenFault | undefined) {
  return fault?.endpoint === endpoint ? fault : undefined;
}
