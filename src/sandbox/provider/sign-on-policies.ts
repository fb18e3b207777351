/** Sign-on policies: `acr_values` names those that may run, and the ID token's `acr` the one that ran. */
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors, interactionPolicy } from './oidc-provider.ts';

/** There is no password and no passcode here, only the words for them. Assumed: the `amr` of Multi_Factor. */
const SINGLE_FACTOR = { acr: 'Single_Factor', amr: ['pwd'] };
const MULTI_FACTOR = { acr: 'Multi_Factor', amr: ['pwd', 'otp'] };

/**
 * PingOne's two predefined policies, both assigned to the application. Left different: `acr_values` cannot be the id
 * of a DaVinci flow policy, because the sandbox has no DaVinci.
 */
const POLICIES = [SINGLE_FACTOR, MULTI_FACTOR];

/** The policy that a sign-on runs: the first that `acr_values` names, or Single_Factor if it names none. */
export function policyToRun(acrValues: unknown) {
  const [preferred] = namesIn(acrValues);
  return POLICIES.find(({ acr }) => acr === preferred) ?? SINGLE_FACTOR;
}

/**
 * Refuses an authorization request whose `acr_values` names a policy that the application does not have. The
 * description is PingOne's, as logs show it. Assumed: one unknown name among known ones is enough.
 *
 * @throws InvalidRequest
 */
export function refuseUnknownPolicies(_ctx: KoaContextWithOIDC, acrValues: string | undefined) {
  const known = POLICIES.map(({ acr }) => acr);
  if (namesIn(acrValues).every((name) => known.includes(name))) return;
  throw new errors.InvalidRequest('Invalid sign-on policy provided in acr_values parameter');
}

/**
 * When the sign-on page comes up: where oidc-provider asks for it (no session, `prompt=login`, `max_age`), and where
 * another policy is asked for than the session was made with. `prompt=consent` is taken and brings up nothing, as
 * PingOne documents for the code flow. Assumed: `prompt=login` and `max_age` mean what OpenID Connect Core 1.0, section
 * 3.1.2.1, says, since PingOne documents only that it takes them.
 */
export function whenToAsk() {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  // Assumed: the error that prompt=none then gets, and its description.
  const description = 'The session was made with another sign-on policy';
  const { Check } = interactionPolicy;
  const check = new Check('sign_on_policy', description, 'login_required', isOtherPolicyAskedFor);
  policy.get('login')?.checks.add(check);
  return policy;
}

/** Assumed: a session that was made with any of the named policies will do, not with the preferred one alone. */
function isOtherPolicyAskedFor({ oidc }: KoaContextWithOIDC) {
  const names = namesIn(oidc.params?.['acr_values']);
  return names.length > 0 && !names.includes(oidc.session?.acr ?? '');
}

function namesIn(acrValues: unknown) {
  return typeof acrValues === 'string' ? acrValues.split(' ').filter((name) => name !== '') : [];
}
