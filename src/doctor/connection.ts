// GET <issuer>/.well-known/openid-configuration, but only its connection: host name, proxy, and TLS.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createHttp, requestMetadata } from '../pingone/steps.ts';
import { attemptOf, type DoctorCheck, type Examination, type Finding, outcomeOf, required } from './check.ts';
import { explainConnection, isConnectionError } from './explain.ts';

/** Checks that the issuer's host responds and proves its identity by TLS. Later checks look at the response. */
export const connection: DoctorCheck = { name: 'address and TLS', needs: ['provider'], run: checkConnection };

async function checkConnection(context: Examination): Promise<Finding[]> {
  const issuer = new URL(required(context.provider).issuer);
  context.http = createHttp();
  context.cleanUp.push(context.http.close);
  const proxy = await watchForProxy(issuer, () => discover(context));

  const way = proxy ? ` through the proxy ${proxy}` : '';
  const { error } = required(context.discovered);
  if (error && isConnectionError(error)) {
    return [{ result: 'failed', ...explainConnection(error, issuer.host, way) }];
  }
  if (issuer.protocol === 'http:') {
    const message = `${issuer.host} responds. It is on this machine and uses http, so there is no TLS to check.`;
    return [{ result: 'passed', message }];
  }
  if (context.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const message = `Unclear: ${issuer.host} responds${way}, but NODE_TLS_REJECT_UNAUTHORIZED is 0, so its certificate was not checked.`;
    const next = 'Remove this variable. For a private certificate authority, set NODE_EXTRA_CA_CERTS.';
    return [{ result: 'unclear', message, next }];
  }
  return [{ result: 'passed', message: `${issuer.host} responds${way}, and its certificate is valid.` }];
}

/** Sends the only discovery request. Keeps its exchange, too, because later checks need the headers and all fields. */
async function discover(context: Examination): Promise<void> {
  const seen: Examination['discovered'] = {};
  const attempt = attemptOf(context, (event) => {
    if (event.type === 'exchange') seen.exchange = event;
  });
  context.discovered = Object.assign(seen, await outcomeOf(requestMetadata(attempt, () => {})));
}

/**
 * The proxy that the requests of `work` used. undici reports the host that it connects to, so this function need not
 * interpret NO_PROXY. undici reports scheme, host, and port, but no user name and no password.
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
