// POST <token_endpoint>: exchanges the code for tokens, with client_secret_post: client id and secret in the form
// (RFC 6749, sections 2.3.1 and 4.1.3; PingOne: "Step 4: Exchange code for token (POST AUTH)").

import * as z from 'zod';
import type { CheckList } from './checks.ts';
import { caseOfInvalidClient } from './error-cases.ts';
import { SignInError, type SignInErrorCode } from './errors.ts';
import type { Http } from './http.ts';
import {
  type JsonObject,
  membersWrong,
  type PingOneAnswer,
  readErrorAnswer,
  readJsonObject,
} from './pingone-answer.ts';

const STEP = 'token request';

// RFC 6749, section 5.1. Members that it does not know are left out.
export const tokenAnswer = z.object({
  // It goes into a header, so nothing but visible ASCII (RFC 6750, section 2.1).
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i, 'must be Bearer'),
  id_token: z.string().min(1),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
});

export type TokenAnswer = z.infer<typeof tokenAnswer>;

/**
 * Sends the code once, whatever comes of it: a second try could only fail, for a code is good for one request.
 * @throws SignInError token_*, pingone_*
 */
export async function requestTokens(
  http: Http,
  tokenEndpoint: string,
  grant: { code: string; redirectUri: string; clientId: string; clientSecret: string; codeVerifier: string },
  checks: CheckList,
  deadline: number,
): Promise<TokenAnswer> {
  const answer = await postForm(http, STEP, tokenEndpoint, deadline, {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    client_id: grant.clientId,
    client_secret: grant.clientSecret,
    code_verifier: grant.codeVerifier,
  });
  if (answer.status !== 200) throw tokenError(answer, [grant.clientSecret, grant.code, grant.codeVerifier]);

  return checkTokenAnswer(tokenAnswer, readJsonObject(answer, STEP), checks);
}

/** The members of an answer that `shape` asks for. @throws SignInError token_answer_invalid */
export function checkTokenAnswer<T>(shape: z.ZodType<T>, answer: JsonObject, checks: CheckList): T {
  const parsed = shape.safeParse(answer);
  checks.ensure(
    'the token answer is complete, token_type is Bearer',
    'RFC 6749, 5.1',
    parsed.success,
    'token_answer_invalid',
    `Missing or wrong in the token answer: ${membersWrong(parsed.error)}.`,
  );
  return parsed.data;
}

/** A form in the way that client_secret_post asks for: POST, its type, and no Authorization header. */
export function postForm(
  http: Http,
  step: string,
  url: string,
  deadline: number,
  form: Record<string, string>,
): Promise<PingOneAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return http.send(
    { step, method: 'POST', url, headers, body: new URLSearchParams(form).toString() },
    deadline,
  );
}

const ERROR_CODES: ReadonlyMap<string, SignInErrorCode> = new Map([
  ['invalid_client', 'token_invalid_client'],
  ['invalid_grant', 'token_invalid_grant'],
]);

/** A 4xx of the token endpoint, in OAuth's shape, in PingOne's platform shape, or in neither. */
function tokenError(answer: PingOneAnswer, secrets: string[]): SignInError {
  const { error = '', ...said } = readErrorAnswer(answer, secrets);
  return new SignInError(ERROR_CODES.get(error) ?? 'token_refused', {
    detail: `The token request was answered with status ${answer.status}.`,
    ...said,
    ...(error === 'invalid_client' && caseOfInvalidClient(said.pingOneSaid)),
  });
}
