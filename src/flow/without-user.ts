// What a sign-in that failed leaves of the user: of their claims names and lengths alone. It signed nobody in, so no later
// user of this browser may read them.

import type { Heard, JsonObject } from './record.ts';

/** Fields that say nothing about the user, but explain a failure: of an ID token and of a token response. */
const PROTOCOL_FIELDS = new Set(
  'typ alg kid iss aud azp exp iat nbf nonce token_type expires_in scope access_token refresh_token id_token'.split(
    ' ',
  ),
);
/** Of an error response, in either of PingOne's shapes. */
const ERROR_FIELDS = new Set(['error', 'error_description', 'code', 'message', 'id']);
/** Everybody may read these. */
const PUBLIC_STEPS = new Set(['discovery', 'jwk_set']);

/** The same event without the values of the user's claims. */
export function withoutUser(event: Heard): Heard {
  if (event.type === 'check') return event;
  if (event.type === 'id_token') {
    return { ...event, header: withhold(event.header), claims: withhold(event.claims) };
  }
  const { step, status = 0, parameters = [], body } = event;
  const isError = status >= 400;
  return {
    ...event,
    parameters: parameters.map(([name, value]) => [name, name === 'login_hint' ? withheld(value) : value]),
    ...(body && !PUBLIC_STEPS.has(step) && { body: withhold(body, isError ? ERROR_FIELDS : undefined) }),
  };
}

function withhold(object: JsonObject, harmless = PROTOCOL_FIELDS): JsonObject {
  const entries = Object.entries(object).map(([name, value]) => {
    return [name, harmless.has(name) ? value : withheld(value)];
  });
  return Object.fromEntries(entries);
}

/** What stands in the place of a value that was left out. */
export function withheld(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `[withheld, ${text.length} characters]`;
}
