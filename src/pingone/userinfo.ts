// GET <userinfo_endpoint> with the access token: the claims of the person who signed in
// (OpenID Connect Core 1.0, section 5.3; bearer token: RFC 6750, section 2.1).

import type { CheckList } from './checks.ts';
import { SignInError } from './errors.ts';
import type { Http } from './http.ts';
import { type JsonObject, readErrorAnswer, readJsonObject } from './pingone-answer.ts';

const STEP = 'userinfo request';
export const SAME_SUBJECT = 'sub of userinfo is that of the ID token';

/**
 * The claims as PingOne sent them. Only to be called once the ID token holds.
 * @param subject the ID token's sub, which the answer must repeat (section 5.3.2)
 * @throws SignInError userinfo_*, pingone_*
 */
export async function requestUserinfo(
  http: Http,
  userinfoEndpoint: string,
  accessToken: string,
  subject: string,
  checks: CheckList,
  deadline: number,
): Promise<JsonObject> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await http.send({ step: STEP, method: 'GET', url: userinfoEndpoint, headers }, deadline);
  if (answer.status !== 200) {
    const { error: _, ...said } = readErrorAnswer(answer, [accessToken]);
    throw new SignInError('userinfo_refused', {
      detail: `The userinfo request was answered with status ${answer.status}.`,
      ...said,
    });
  }
  const claims = readJsonObject(answer, STEP);
  const { sub } = claims;
  const isText = typeof sub === 'string' && sub !== '';
  checks.ensure('userinfo has a sub', 'Core 5.3.2', isText, 'userinfo_invalid');
  checks.ensure(SAME_SUBJECT, 'Core 5.3.2', sub === subject, 'userinfo_subject_mismatch');
  return claims;
}
