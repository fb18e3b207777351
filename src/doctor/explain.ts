// What an error of src/pingone/ says in the doctor's lines.

import { textOf } from '../error-texts/index.ts';
import type { SignInError } from '../pingone/steps.ts';

export type Explained = Record<'message' | 'causes' | 'next', string>;

/** What happened, with the provider's words marked as such; possible causes; the next step. No user signs in here. */
export function explain(error: SignInError): Explained {
  const { title, detail, providerSaid, correlationId, operator } = textOf(error);
  const words = providerSaid && `PingOne’s words: ${JSON.stringify(providerSaid)}.`;
  // PingOne's words mostly end with it.
  const isNamed = correlationId === undefined || providerSaid?.includes(correlationId);
  const id = isNamed ? undefined : `Correlation ID: ${correlationId}.`;
  return {
    message: [`${plain(title)}.`, detail, words, id].filter(Boolean).join(' '),
    causes: plain(operator.causes.join(' ')),
    next: plain(operator.next)
      .replaceAll('Start a new sign-in', 'Run the doctor again')
      .replaceAll('start a new sign-in', 'run the doctor again'),
  };
}

/** Without the marks of technical names: a terminal shows them as they are. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

/** Whether no response of the provider came: no connection, no TLS, or none in time. A proxy may have responded. */
export function isConnectionError({ kind, facts }: SignInError): boolean {
  const isNetwork = facts.networkCode !== undefined && kind !== 'provider';
  return isNetwork || (kind === 'connection' && facts.status === undefined);
}

/** Why no response came, and what to do about it. @param way the proxy, where one is known */
export function explainConnection(error: SignInError, host: string, way = ''): Explained {
  const { networkCode } = error.facts;
  const { message, ...advice } = explain(error);
  if (networkCode === 'ENOTFOUND' || networkCode === 'EAI_AGAIN') {
    const name = way ? `the name of the proxy:${way}` : `the name ${host}`;
    return { ...advice, message: `This machine cannot resolve ${name} (${networkCode}).` };
  }
  const isLate = networkCode === undefined;
  const next = `Find out whether a firewall or a proxy stands between this machine and ${host}.`;
  return { ...advice, message: message + (way && ` The request went${way}.`), ...(isLate && { next }) };
}
