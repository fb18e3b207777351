// The doctor's texts about errors of src/pingone/.

import { textOf } from '../error-texts/index.ts';
import type { SignInError } from '../pingone/index.ts';

const OPTIONS = { again: 'run the doctor again' };

/** What happened, with the provider's own message; possible causes; the next step, for a run without a sign-in. */
export function explainError(error: SignInError) {
  const { title, detail, providerSaid, correlationId, operator } = textOf(error, OPTIONS);
  const said = providerSaid && `PingOne’s message: ${JSON.stringify(providerSaid)}.`;
  // In most cases, PingOne's own message ends with it.
  const isNamed = correlationId === undefined || providerSaid?.includes(correlationId);
  const id = isNamed ? undefined : `Correlation ID: ${correlationId}.`;
  return {
    message: [`${plain(title)}.`, detail, said, id].filter(Boolean).join(' '),
    causes: operator.causes.map(plain),
    next: plain(operator.next),
  };
}

/** Removes the backticks around technical names, which a terminal would show. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

/** Whether the provider sent no response: no connection, no TLS, or no response in time. A proxy may have responded. */
export function isConnectionError({ kind, facts }: SignInError): boolean {
  const isNetwork = facts.networkCode !== undefined && kind !== 'provider';
  return isNetwork || (kind === 'connection' && facts.status === undefined);
}

/** Why no response arrived, and what to do. @param way ` through the proxy …`, if one was used */
export function explainConnection(error: SignInError, host: string, way = '') {
  const { networkCode } = error.facts;
  const { message, ...advice } = explainError(error);
  if (networkCode === 'ENOTFOUND' || networkCode === 'EAI_AGAIN') {
    const name = way ? `the host name of${way.replace(' through', '')}` : `the host name ${host}`;
    return { ...advice, message: `This machine cannot resolve ${name} (${networkCode}).` };
  }
  const isLate = networkCode === undefined;
  const next = `Find out whether a firewall or a proxy stands between this machine and ${host}.`;
  return { ...advice, message: message + (way && ` The request went${way}.`), ...(isLate && { next }) };
}
