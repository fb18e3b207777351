// GET <jwks_uri>: whether an ID token could be checked with one of the keys (RFC 7517; RFC 7518, section 3.3).

import { requestKeys } from '../pingone/steps.ts';
import { attemptOf, type Check, type Context, type Finding, known, outcomeOf } from './check.ts';
import { explain } from './explain.ts';

const NEXT =
  'Open jwks_uri of the discovery document in a browser. It must show RSA keys (kty) for signatures (use: sig).';

/** Whether the keys can be used as the check of an ID token uses them. */
export const signingKeys: Check = { name: 'signing keys', needs: ['discovery'], run: checkSigningKeys };

async function checkSigningKeys(context: Context): Promise<Finding[]> {
  const { jwks_uri: url } = known(context.metadata);
  const { value: keys = [], error } = await outcomeOf(requestKeys(attemptOf(context), url));
  if (error) return [{ result: 'failed', ...explain(error), next: NEXT }];
  const usable = keys.filter(({ key }) => key !== undefined);
  if (usable.length > 0)
    return [{ result: 'passed', message: `Usable with RS256: ${usable.length} of ${keys.length}.` }];
  const [weak] = keys;
  const why = weak ? ` The key ${JSON.stringify(weak.kid ?? 'without kid')} ${weak.unusable}.` : '';
  const message = `${url} has no key that can be used with RS256.${why}`;
  return [{ result: 'failed', message, next: NEXT }];
}
