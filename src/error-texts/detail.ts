// The facts of an error as text, for a page and a log line. Facts may come from outside, so their words are not changed.

import type { Facts } from './entry.ts';

/** Each field is one line. */
export interface FactTexts {
  /** The request and its outcome; the reason; what was expected and found. */
  detail?: string;
  /** The provider's own message, to be marked as such: the OAuth `error` or PingOne's code, and the description. */
  providerSaid?: string;
  correlationId?: string;
  wwwAuthenticate?: string;
  retryAfterSeconds?: number;
}

/** The values of `why`, in words. */
const REASONS: Record<string, string> = {
  ...{ not_http: 'the response is not HTTP', keys_is_not_an_array: 'the JWK Set has no list “keys”' },
  ...{ not_a_json_object: 'the body is not a JSON object', content_type: 'the content type is not JSON' },
  ...{ too_many_fields: 'the body has too many fields', nested_too_deeply: 'the JSON has too many levels' },
  ...{ compressed: 'the body is compressed', status_not_200: 'the status is not 200' },
  ...{ too_long: 'a token is too long', state_not_from_this_app: 'the state does not come from this app' },
  ...{ no_session: 'req.session is missing', store_failed: 'the session store failed' },
  ...{ claim_failed: 'the store of used states and locks failed', acr: 'another sign-on policy is required' },
  ...{ lock_held: 'another request has not finished its refresh', auth_time: 'the sign-in is too old' },
  ...{ other_port: 'the port is another one', other_name: 'the host name is another one' },
  other_loopback_name: 'the host name is another name of this machine',
};

/** @param code with callback_malformed, `found` is a phrase of this app, not a value */
export function describeFacts(facts: Facts, code: string): FactTexts {
  const query = code === 'callback_malformed' && facts.found && `The query has ${shown(facts.found)}.`;
  const detail = join(' ', outcome(facts), reason(facts), query || comparison(facts), ownError(facts));
  const providerSaid = join(': ', shown(facts.error) || shown(facts.platformCode), shown(facts.description));
  const [correlationId, wwwAuthenticate] = [shown(facts.correlationId), shown(facts.wwwAuthenticate)];
  const { retryAfterSeconds } = facts;
  const texts = Object.entries({ detail, providerSaid, correlationId, wwwAuthenticate });
  return {
    ...Object.fromEntries(texts.filter(([, text]) => text !== '')),
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

function reason({ why }: Facts): string {
  const word = shown(why);
  return word && `Reason: ${Object.hasOwn(REASONS, word) ? REASONS[word] : word.replaceAll('_', ' ')}.`;
}

const CLOCK = /^(?:clock )?(\d{4}-[\dT:.-]+Z)$/;

function comparison(facts: Facts): string {
  const [expected = '', found = '', seconds] = [facts.expected, facts.found, facts.secondsApart].map(shown);
  const now = (seconds || found.startsWith('clock ')) && CLOCK.exec(expected || found)?.[1];
  if (now) {
    const [, name = 'start of the sign-in', time] = (expected && /^(?:(\w+) )?(.+)$/.exec(found)) || [];
    const other = time ? `; ${name}: ${time}; difference: ${seconds} s` : '';
    return `Clock of this machine: ${now}${other}.`;
  }
  if (found && facts.why === 'state_not_from_this_app') return `Its ${found}.`;
  const pair = join(', found ', expected && `“${expected}”`, found && `“${found}”`);
  const difference = seconds && `Difference to the clock of this machine: ${seconds} s.`;
  return join(' ', pair && `${expected ? 'Expected' : 'Found'} ${pair}.`, difference || '');
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
