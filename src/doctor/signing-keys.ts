// GET <jwks_uri>: whether a key is there that an ID token could be checked with (RFC 7517; RFC 7518, section 3.3).

import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from 'jose';
import { SignInError } from '../pingone/errors.ts';
import { type JsonObject, readJsonObject } from '../pingone/pingone-answer.ts';
import { type Check, type Context, explain, type Finding, known } from './check.ts';

const STEP = 'JWKS request';
/** RFC 7518, section 3.3; jose refuses shorter ones. */
const MIN_BITS = 2048;
const NEXT =
  'Open jwks_uri of the discovery document in a browser: it must show RSA keys (kty) meant for signatures (use: sig).';

/** Each key is looked for as an ID token would be: by RS256 and the key's own id. */
export const signingKeys: Check = { name: 'signing keys', needs: ['discovery'], run: checkSigningKeys };

async function checkSigningKeys(context: Context): Promise<Finding[]> {
  const url = known(context.metadata).jwks_uri;
  try {
    const answer = await known(context.http).send({ step: STEP, method: 'GET', url });
    if (answer.status !== 200) {
      const message = `The ${STEP} (${url}) was answered with status ${answer.status}.`;
      return [{ result: 'failed', message, next: NEXT }];
    }
    return [await judge(readJsonObject(answer, STEP), url)];
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return [{ result: 'failed', ...explain(error) }];
  }
}

async function judge(answer: JsonObject, url: string): Promise<Finding> {
  const keySet = answer as unknown as JSONWebKeySet;
  try {
    const find = createLocalJWKSet(keySet);
    const usable = await Promise.all(keySet.keys.map((key) => isUsable(find, key)));
    const count = usable.filter(Boolean).length;
    if (count > 0) return { result: 'passed', message: `Usable with RS256: ${count} of ${usable.length}.` };
  } catch (error) {
    if (!(error instanceof errors.JWKSInvalid)) throw error;
    return { result: 'failed', message: `${url} holds no key set (RFC 7517, section 5).`, next: NEXT };
  }
  const message = `${url} holds no RSA key of ${MIN_BITS} bits or more for RS256.`;
  return { result: 'failed', message, next: NEXT };
}

async function isUsable(find: ReturnType<typeof createLocalJWKSet>, { kid }: JWK): Promise<boolean> {
  try {
    const { algorithm } = await find({ alg: 'RS256', ...(kid === undefined ? {} : { kid }) });
    return 'modulusLength' in algorithm && Number(algorithm.modulusLength) >= MIN_BITS;
  } catch {
    // Not for RS256, not importable, or one of several with this id: no ID token could be checked with it.
    return false;
  }
}
