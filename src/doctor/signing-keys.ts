// GET <jwks_uri>: checks that this app can verify ID tokens with at least one key (RFC 7517; RFC 7518, section 3.3).

import { requestJwkSet } from '../pingone/steps.ts';
import { attemptOf, type DoctorCheck, type Examination, type Finding, outcomeOf, required } from './check.ts';
import { explainError } from './explain.ts';

const NEXT =
  'Open jwks_uri of the discovery document in a browser. It must show RSA keys (kty) for signatures (use: sig).';

/** Applies the rules that the check of an ID token applies to keys. */
export const signingKeys: DoctorCheck = { name: 'signing keys', needs: ['discovery'], run: checkSigningKeys };

async function checkSigningKeys(context: Examination): Promise<Finding[]> {
  const { jwks_uri: url } = required(context.metadata);
  const { value: keys = [], error } = await outcomeOf(requestJwkSet(attemptOf(context), url));
  if (error) return [{ result: 'failed', ...explainError(error), next: NEXT }];
  const usable = keys.filter(({ key }) => key !== undefined);
  if (usable.length > 0)
    return [{ result: 'passed', message: `Keys usable with RS256: ${usable.length} of ${keys.length}.` }];
  const [weak] = keys;
  const why = weak ? ` The key ${JSON.stringify(weak.kid ?? 'without kid')} ${weak.unusable}.` : '';
  const message = `${url} has no key that can be used with RS256.${why}`;
  return [{ result: 'failed', message, next: NEXT }];
}
