// Applies the chosen fault to a response that is already complete. Nothing else in the sandbox knows about faults.

import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Settings } from '../settings.ts';
import type { ListedFault } from './index.ts';
import type { FaultSelection } from './selection.ts';

/**
 * Makes the middleware around `reshapeResponses`. It changes successful responses only: a request that is not valid gets
 * its normal error.
 */
export function injectFault(faults: FaultSelection, settings: Settings) {
  return async function inject(ctx: KoaContextWithOIDC, next: () => Promise<unknown>) {
    await next();
    await faultFor(ctx, faults, settings)?.inject(ctx, settings);
    // The app's error page names the fault. It looks the fault up by the URL that the browser opens at the app.
    const fault = leadsToApp(ctx, settings) && faults.find(keyOf(ctx));
    if (fault) faults.remember(ctx.response.get('location'), fault);
  };
}

function faultFor(ctx: KoaContextWithOIDC, faults: FaultSelection, settings: Settings) {
  if (ctx.path.startsWith('/authorize')) return atAuthorization(ctx, faults, settings);
  if (ctx.status !== 200) return undefined;
  const { authorizationCode, accessToken } = ctx.oidc;
  // A refresh request has no code, so it never has a fault.
  if (ctx.path === '/token') return ofEndpoint('token', faults.find(authorizationCode?.grantId));
  if (ctx.path === '/userinfo') return ofEndpoint('userinfo', faults.find(accessToken?.grantId));
  return undefined;
}

/**
 * A sign-in starts at `/authorize`. If the user is already signed on, `/authorize` also sends the response to the app.
 * Otherwise `/authorize/<flow id>` sends it, after the sign-on page.
 */
function atAuthorization(ctx: KoaContextWithOIDC, faults: FaultSelection, settings: Settings) {
  const key = keyOf(ctx);
  // A request that fails at once starts no sign-in, so the chosen fault stays chosen.
  if (key === undefined) return undefined;
  const [, flowId] = ctx.path.slice(1).split('/');
  const fault = flowId === undefined ? faults.takeForSignIn() : faults.find(flowId);
  if (fault === undefined) return undefined;
  faults.remember(key, fault);
  return leadsToApp(ctx, settings) ? ofEndpoint('authorization', fault) : undefined;
}

function keyOf(ctx: KoaContextWithOIDC) {
  const { Interaction: flow, AuthorizationCode: code } = ctx.oidc.entities;
  return code?.grantId ?? flow?.uid;
}

function leadsToApp(ctx: KoaContextWithOIDC, { origin }: Settings) {
  return ctx.res.hasHeader('location') && !ctx.response.get('location').startsWith(`${origin}/`);
}

function ofEndpoint(endpoint: ListedFault['endpoint'], fault: ListedFault | undefined) {
  return fault?.endpoint === endpoint ? fault : undefined;
}
