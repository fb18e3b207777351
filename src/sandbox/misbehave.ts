/** Lets the chosen fault spoil an answer. All that is good is made without knowing of this. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { FaultSwitch } from './fault-switch.ts';
import type { ChosenFault } from './faults.ts';
import type { Settings } from './settings.ts';

type Middleware = Parameters<Provider['use']>[0];

/**
 * Makes the middleware around the one that gives answers PingOne's shape. Only a good answer is spoilt: a request
 * that is wrong in itself gets the error it deserves.
 */
export function misbehave(faults: FaultSwitch, settings: Settings): Middleware {
  return async function spoil(koaContext, next) {
    await next();
    const ctx = koaContext as unknown as KoaContextWithOIDC;
    const fault = faultOf(ctx, faults, settings);
    await fault?.misbehave(ctx, settings);
  };
}

function faultOf(ctx: KoaContextWithOIDC, faults: FaultSwitch, settings: Settings) {
  if (ctx.path.startsWith('/authorize')) return atAuthorization(ctx, faults, settings);
  if (ctx.status !== 200) return undefined;
  if (ctx.path === '/token') return atToken(ctx, faults);
  if (ctx.path === '/userinfo') return struckAt('userinfo', faults.of(ctx.oidc.accessToken?.grantId));
  return undefined;
}

/** `/authorize` begins a sign-in, and answers at once who is signed on already; the rest come by `/authorize/<id>`. */
function atAuthorization(ctx: KoaContextWithOIDC, faults: FaultSwitch, { redirectUri }: Settings) {
  const challenge = ctx.oidc.params?.['code_challenge'];
  if (!ctx.res.hasHeader('location') || typeof challenge !== 'string') return undefined;

  const location = ctx.response.get('location');
  const isAnswer = location.startsWith(`${redirectUri}?`);
  const isRefused = isAnswer && new URL(location).searchParams.has('error');
  // A request that is refused at once is no sign-in, and uses no fault up.
  if (ctx.path === '/authorize' && !isRefused) faults.begin(challenge);
  return isAnswer ? struckAt('authorization', faults.of(challenge)) : undefined;
}

/** By what is kept with the code. A refresh request has none, and is never spoilt. */
function atToken({ oidc: { authorizationCode: code } }: KoaContextWithOIDC, faults: FaultSwitch) {
  const fault = faults.of(code?.codeChallenge);
  if (fault !== undefined && code?.grantId !== undefined) faults.alsoBy(code.grantId, fault);
  return struckAt('token', fault);
}

function struckAt(endpoint: ChosenFault['endpoint'], fault: ChosenFault | undefined) {
  return fault?.endpoint === endpoint ? fault : undefined;
}
