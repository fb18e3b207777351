// What the record of a failed sign-in keeps about the user: only the names and lengths of the claims. The
// user is not signed in, so a later user of this browser must not read the values.

import type { JsonObject, RecordedEvent } from './record.ts';

/** Fields of an ID token and of a token response that explain a failure and say nothing about the user. */
const PROTOCOL =
  'typ alg kid iss aud azp exp iat nbf nonce token_type expires_in scope access_token refresh_token id_token';
const PROTOCOL_FIELDS = new Set(PROTOCOL.split(' '));
/** Fields of an error response, in both of PingOne's formats. */
const ERROR_FIELDS = new Set(['error', 'error_description', 'code', 'message', 'id']);
/** The responses of these steps are public. */
const PUBLIC_STEPS = new Set(['discovery', 'jwk_set']);

/** The same event without the values of the user's claims. */
export function withoutUser(event: RecordedEvent): RecordedEvent {
  if (event.type === 'check') return event;
  if (event.type === 'id_token') {
    return { ...event, header: withhold(event.header), claims: withhold(event.claims) };
  }
  const { step, status = 0, parameters = [], body } = event;
  const isError = status >= 400;
  return {
    ...event,
    parameters: parameters.map(([name, value]) => [name, name === 'login_hint' ? lengthOnly(value) : value]),
    ...(body && !PUBLIC_STEPS.has(step) && { body: withhold(body, isError ? ERROR_FIELDS : undefined) }),
  };
}

function withhold(object: JsonObject, harmless = PROTOCOL_FIELDS): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, harmless.has(name) ? value : lengthOnly(value)]),
  );
}

/** The text that replaces a withheld value. */
export function lengthOnly(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `[withheld, ${text.length} characters]`;
}
