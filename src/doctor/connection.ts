// GET <issuer>/.well-known/openid-configuration, as far as the connection goes: the name, the way there, TLS.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createHttp, requestMetadata } from '../pingone/steps.ts';
import { attemptOf, type Check, type Context, type Finding, known, outcomeOf } from './check.ts';
import { explainConnection, isConnectionError } from './explain.ts';

/** Whether the issuer's host responds, and proves by its certificate who it is. The response is for later checks. */
export const connection: Check = { name: 'address and TLS', needs: ['provider'], run: checkConnection };

async function checkConnection(context: Context): Promise<Finding[]> {
  const issuer = new URL(known(context.provider).issuer);
  context.http = createHttp();
  context.cleanUp.push(context.http.close);
  const proxy = await watchForProxy(issuer, () => discover(context));

  const way = proxy ? ` through the proxy ${proxy}` : '';
  const { error } = known(context.discovered);
  if (error && isConnectionError(error)) {
    return [{ result: 'failed', ...explainConnection(error, issuer.host, way) }];
  }
  if (issuer.protocol === 'http:') {
    const message = `${issuer.host} responds. It is on this machine and speaks http: there is no TLS to check.`;
    return [{ result: 'passed', message }];
  }
  if (context.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const message = `Could not tell: ${issuer.host} responds${way}, but NODE_TLS_REJECT_UNAUTHORIZED is 0, so its certificate was not checked.`;
    const next = 'Unset it. For a private certificate authority, set NODE_EXTRA_CA_CERTS.';
    return [{ result: 'could not tell', message, next }];
  }
  return [{ result: 'passed', message: `${issuer.host} responds${way}, and its certificate is valid.` }];
}

/** The one discovery request. Its exchange is kept beside the outcome: it has the Date, and more fields. */
async function discover(context: Context): Promise<void> {
  const seen: Context['discovered'] = {};
  const attempt = attemptOf(context, (event) => {
    if (event.type === 'exchange') seen.exchange = event;
  });
  context.discovered = Object.assign(seen, await outcomeOf(requestMetadata(attempt, () => {})));
}

/**
 * Which proxy the work went through: undici tells which host it connects to, so that NO_PROXY need not be read here
 * again. Scheme, host and port alone: user name and password are not among what it tells.
 */
async function watchForProxy(issuer: URL, work: () => Promise<void>): Promise<string | undefined> {
  let proxy: string | undefined;
  const notice = (message: unknown) => {
    const { connectParams } = message as { connectParams: { protocol: string; host: string } };
    if (connectParams.host !== issuer.host) proxy = `${connectParams.protocol}//${connectParams.host}`;
  };
  subscribe('undici:client:beforeConnect', notice);
  await work().finally(() => unsubscribe('undici:client:beforeConnect', notice));
  return proxy;
}
