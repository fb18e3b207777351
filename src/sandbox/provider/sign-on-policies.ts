// Sign-on policies: `acr_values` names the policies that may run, and `acr` in the ID token names the one that ran.

import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors, interactionPolicy } from './oidc-provider.ts';

/** Only the names: the sandbox asks for no password and no passcode. Assumed: the `amr` of Multi_Factor. */
const SINGLE_FACTOR = { acr: 'Single_Factor', amr: ['pwd'] };
const MULTI_FACTOR = { acr: 'Multi_Factor', amr: ['pwd', 'otp'] };

/**
 * PingOne's two predefined policies, both assigned to the application. Differs from PingOne: `acr_values` cannot be the ID
 * of a DaVinci flow policy, because the sandbox has no DaVinci.
 */
const POLICIES = [SINGLE_FACTOR, MULTI_FACTOR];

/** The policy that a sign-on runs: the first one in `acr_values`, or Single_Factor if there is none. */
export function policyToRun(acrValues: unknown) {
  const [preferred] = namesIn(acrValues);
  return POLICIES.find(({ acr }) => acr === preferred) ?? SINGLE_FACTOR;
}

/**
 * Rejects an authorization request whose `acr_values` names a policy that the application does not have. The description
 * is the one in PingOne's logs. Assumed: PingOne rejects the request even if only one of several names is unknown.
 *
 * @throws InvalidRequest
 */
export function refuseUnknownPolicies(_ctx: KoaContextWithOIDC, acrValues: string | undefined) {
  const known = POLICIES.map(({ acr }) => acr);
  if (namesIn(acrValues).every((name) => known.includes(name))) return;
  throw new errors.InvalidRequest('Invalid sign-on policy provided in acr_values parameter');
}

/**
 * When to show the sign-on page: in oidc-provider's own cases (no session, `prompt=login`, `max_age`), and if the request
 * names a policy other than the one of the session. `prompt=consent` shows no page, as PingOne documents for the code flow.
 * Assumed: `prompt=login` and `max_age` work as in OpenID Connect Core 1.0, section 3.1.2.1, because PingOne documents only
 * that it accepts them.
 */
export function whenToShowSignOn() {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  // Assumed: the error for prompt=none in this case, and its description.
  const description = 'The session used another sign-on policy';
  const { Check } = interactionPolicy;
  const check = new Check('sign_on_policy', description, 'login_required', isOtherPolicyRequested);
  policy.get('login')?.checks.add(check);
  return policy;
}

/** Assumed: a session with any of the requested policies is accepted, not only with the first one. */
function isOtherPolicyRequested({ oidc }: KoaContextWithOIDC) {
  const names = namesIn(oidc.params?.['acr_values']);
  return names.length > 0 && !names.includes(oidc.session?.acr ?? '');
}

function namesIn(acrValues: unknown) {
  return typeof acrValues === 'string' ? acrValues.split(' ').filter((name) => name !== '') : [];
}
