// The facts of an error as text, for a page and a log line. Facts may come from outside, so their words are not changed.

import type { Facts } from './entry.ts';

/** Each field is one line. */
export interface FactTexts {
  /** The request and its outcome; what was expected and found. */
  detail?: string;
  /** The provider's own message, to be marked as such: the OAuth `error` or PingOne's code, and the description. */
  providerSaid?: string;
  correlationId?: string;
  wwwAuthenticate?: string;
  retryAfterSeconds?: number;
}

export function describeFacts(facts: Facts): FactTexts {
  const detail = join(' ', outcome(facts), comparison(facts), ownError(facts));
  const providerSaid = join(': ', shown(facts.error) || shown(facts.platformCode), shown(facts.description));
  const [correlationId, wwwAuthenticate] = [shown(facts.correlationId), shown(facts.wwwAuthenticate)];
  const { retryAfterSeconds } = facts;
  return {
    ...(detail && { detail }),
    ...(providerSaid && { providerSaid }),
    ...(correlationId && { correlationId }),
    ...(wwwAuthenticate && { wwwAuthenticate }),
    ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
  };
}

function outcome(facts: Facts): string {
  const [request, type] = [shown(facts.request), shown(facts.contentType)];
  const [status, networkCode] = [shown(facts.status), shown(facts.networkCode)];
  // If there are both, a proxy returned the status.
  const failed = networkCode && `failed: ${join(', status ', networkCode, status)}`;
  const ended = failed || (status && `returned status ${status}`);
  const asked = ended ? `${request || 'The request'} ${ended}.` : request && `Request: ${request}.`;
  return join(' ', asked, type && `Content type: “${type}”.`);
}

function comparison(facts: Facts): string {
  const [expected, found] = [shown(facts.expected), shown(facts.found)];
  const [why, seconds] = [shown(facts.why), shown(facts.secondsApart)];
  const pair = join(', found ', expected && `“${expected}”`, found && `“${found}”`);
  return join(
    ' ',
    why && `Reason: ${why.replaceAll('_', ' ')}.`,
    pair && `${expected ? 'Expected' : 'Found'} ${pair}.`,
    seconds && `Seconds between the two times: ${seconds}.`,
  );
}

function ownError({ message, place }: Facts): string {
  return join(', at ', shown(message), shown(place));
}

function join(separator: string, ...parts: string[]): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** A string or a number, on one line. Other values become "", because they are never converted to strings. */
function shown(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ') : '';
}
