// GET <issuer>/.well-known/openid-configuration, as far as the connection goes: the name, the way there, TLS.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createDiscovery } from '../pingone/discovery.ts';
import { SignInError } from '../pingone/errors.ts';
import { createHttp, type Http } from '../pingone/http.ts';
import { type Check, type Context, type Discovered, explain, type Finding, known } from './check.ts';

/** Whether the issuer's host answers, and proves by its certificate who it is. What it answers is for later checks. */
export const connection: Check = { name: 'address and TLS', needs: ['provider'], run: checkConnection };

async function checkConnection(context: Context): Promise<Finding[]> {
  const issuer = new URL(known(context.provider).issuer);
  context.http = createHttp();
  context.cleanUp.push(context.http.close);
  const { discovered, proxy } = await watchingForProxy(issuer, () =>
    discover(known(context.provider).issuer, known(context.http)),
  );
  context.discovered = discovered;

  const way = proxy ? ` through the proxy ${proxy}` : '';
  const { error } = discovered;
  if (error && isOfConnection(error)) {
    return [{ result: 'failed', ...connectionFault(error, issuer.host, way) }];
  }
  if (issuer.protocol === 'http:') {
    const message = `${issuer.host} answers. It is on this machine and speaks http: there is no TLS to check.`;
    return [{ result: 'passed', message }];
  }
  if (context.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const message = `${issuer.host} answers${way}, but NODE_TLS_REJECT_UNAUTHORIZED is 0: its certificate was not checked.`;
    const next = 'Unset it; for a private certificate authority set NODE_EXTRA_CA_CERTS.';
    return [{ result: 'could not tell', message, next }];
  }
  return [{ result: 'passed', message: `${issuer.host} answers${way}, and its certificate is accepted.` }];
}

/** The one discovery request. Its answer is kept beside what becomes of it: it has the Date, and more members. */
async function discover(issuer: string, http: Http): Promise<Discovered> {
  const discovered: Discovered = {};
  const keepsAnswer: Http = {
    ...http,
    async send(request, deadline) {
      discovered.answer = await http.send(request, deadline);
      discovered.receivedAt = Date.now();
      return discovered.answer;
    },
  };
  try {
    discovered.metadata = await createDiscovery(issuer, keepsAnswer, () => {}).metadata();
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    discovered.error = error;
  }
  return discovered;
}

/**
 * Which proxy the work went through: undici says whom it connects to, so that NO_PROXY need not be read here again.
 * Scheme, host and port alone: user name and password are not among what it says.
 */
async function watchingForProxy(issuer: URL, work: () => Promise<Discovered>) {
  let proxy: string | undefined;
  const notice = (message: unknown) => {
    const { connectParams } = message as { connectParams: { protocol: string; host: string } };
    if (connectParams.host !== issuer.host) proxy = `${connectParams.protocol}//${connectParams.host}`;
  };
  subscribe('undici:client:beforeConnect', notice);
  try {
    return { discovered: await work(), proxy };
  } finally {
    unsubscribe('undici:client:beforeConnect', notice);
  }
}

/** Whether nobody could be asked at all. */
export function isOfConnection({ code }: SignInError): boolean {
  return /^pingone_(unreachable|timeout|tls_failed)$/.test(code);
}

/** Why nothing came of a connection, and what to do about it. @param way the proxy, where one is known of */
export function connectionFault(
  error: SignInError,
  host: string,
  way = '',
): { message: string; next: string } {
  const { cause } = error.details;
  const fault = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const { message, next } = explain(error);
  const unresolved = fault === 'ENOTFOUND' || fault === 'EAI_AGAIN';
  const whose = way ? 'The proxy’s name' : `The name ${host}`;
  const isLate = error.code === 'pingone_timeout';
  return {
    message: unresolved
      ? `${whose} does not resolve (${fault})${way && `:${way}`}.`
      : message + (way && ` It went${way}.`),
    next: isLate ? `Find out whether a firewall or a proxy stands between this machine and ${host}.` : next,
  };
}
