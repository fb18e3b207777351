// What of a message may be written down: names, shapes, and values that are no secret. Of a code, a token, a state, a
// nonce or a code verifier its kind and length, of the client secret only that it was set. Whatever is not known to be
// harmless counts as secret, and so does a harmless value that quotes one (flow-secrets.ts).

import type { Quotes } from './flow-secrets.ts';

const VALUE_LIMIT = 300;
const NAME_LIMIT = 40;
/** A response has 5 at most; a query that somebody made up may have thousands. */
const PARAMETERS_LIMIT = 20;

export interface Parameter {
  name: string;
  value: string;
  /** The value only says what stood there. */
  masked?: true;
}

const KINDS = new Map(
  Object.entries({
    code: 'authorization code',
    code_verifier: 'code verifier',
    code_challenge: 'code challenge',
    access_token: 'access token',
    id_token: 'ID token',
    refresh_token: 'refresh token',
  }),
);

/** What this app sends, from its configuration: never cut, or the same request could not be sent again. */
const OWN_PARAMETERS = new Set(
  'response_type client_id redirect_uri scope code_challenge_method grant_type'.split(' '),
);
const FOREIGN_PARAMETERS = new Set(['error', 'error_description', 'iss']);
const ANSWER_HEADERS = 'content-type cache-control date retry-after correlation-id'.split(' ');

/** The parameters of a request that this app makes. */
export function maskOwnParameters(parameters: Iterable<[string, string]>): Parameter[] {
  return Array.from(parameters, ([name, value]) => {
    if (OWN_PARAMETERS.has(name)) return { name, value };
    if (name === 'client_secret') return { name, value: '[client secret, set]', masked: true };
    return { name, value: kindOf(name, value), masked: true };
  });
}

/** Those of a response. @param isBelieved false for one that is of no sign-in: anybody may have made it up */
export function maskResponse(
  parameters: [string, string][],
  isBelieved: boolean,
  quotes: Quotes,
): Parameter[] {
  return parameters.slice(0, PARAMETERS_LIMIT).map(([name, value]) => {
    if (isBelieved && FOREIGN_PARAMETERS.has(name)) return maskValue(name, value, quotes);
    const shownName = quotes(name) ? kindOf('name', name) : cut(name, NAME_LIMIT);
    return { name: shownName, value: kindOf(name, value, quotes), masked: true };
  });
}

/** Those that this app sends. Of the access token kind and length. */
export function maskRequestHeaders(headers: Record<string, string>): Parameter[] {
  return Object.entries(headers).map(([name, value]) => {
    if (name !== 'authorization') return { name, value };
    const [scheme = '', credentials = ''] = value.split(' ', 2);
    return { name, value: `${scheme} ${kindOf('access_token', credentials)}`, masked: true };
  });
}

/** The few that matter here. */
export function maskAnswerHeaders(headers: Record<string, unknown>, quotes: Quotes): Parameter[] {
  return ANSWER_HEADERS.filter((name) => headers[name] !== undefined).map((name) =>
    maskValue(name, String(headers[name]), quotes),
  );
}

/** A value from outside as it is, but cut; of one that quotes a secret kind and length. */
function maskValue(name: string, value: string, quotes: Quotes): Parameter {
  const shown = cut(value, VALUE_LIMIT);
  return quotes(shown) ? { name, value: kindOf(name, value), masked: true } : { name, value: shown };
}

/** Stands in the place of a value that must not show. */
export function kindOf(name: string, value: string, quotes?: Quotes): string {
  const kind = KINDS.get(name) ?? (quotes?.(name) ? 'a value' : cut(name, NAME_LIMIT));
  return `[${kind}, ${value.length} characters]`;
}

/** As much of a text as there is room for, and how long it was. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;
}
