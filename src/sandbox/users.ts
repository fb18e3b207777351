/** The sample users of the sandbox. They are made up; their addresses are at example.com (RFC 2606). */
import { readFileSync } from 'node:fs';
import type { FindAccount } from 'oidc-provider';
import { ENVIRONMENT_ID, ORGANIZATION_ID, REGION } from './settings.ts';

interface User {
  /** A UUID, as PingOne makes them, or what an external identity provider calls the user. */
  readonly sub: string;
  /** What the sign-on page calls the user. */
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is special about this user, for the sign-on page. */
  readonly note?: string;
  /** True for the one who declines to sign on. */
  readonly declines?: true;
}

/**
 * One has a name that is not plain ASCII, an address, which is an object, and no `name` claim: PingOne returns users
 * without one. One has a `sub` of 43 characters, as users of an external identity provider have.
 */
export const USERS: readonly User[] = JSON.parse(
  readFileSync(new URL('users.json', import.meta.url), 'utf8'),
);

/**
 * The sample users as the sign-on page lists them: the one whose username or email address is the `login_hint` comes
 * first, where PingOne fills in the username field. A hint that names no user here is ignored. Assumed: case does not
 * matter.
 */
export function usersInOrder(loginHint: unknown): readonly User[] {
  if (typeof loginHint !== 'string') return USERS;
  // Those in users.json are all in lower case.
  const hint = loginHint.toLowerCase();
  const isHinted = ({ claims }: User) => [claims['preferred_username'], claims['email']].includes(hint);
  return [...USERS.filter(isHinted), ...USERS.filter((user) => !isHinted(user))];
}

/**
 * Which claims a scope brings (OpenID Connect Core 1.0, section 5.4). `env`, `org` and `p1.region` are PingOne's
 * own and come with every sign-in.
 */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'env', 'org', 'p1.region'],
  profile: ['preferred_username', 'given_name', 'family_name', 'name', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email'],
  address: ['address'],
  phone: ['phone_number'],
};

/** Assumed: in the one captured ID token these were absent, and came from userinfo alone. */
const ONLY_FROM_USERINFO = ['name', 'locale', 'zoneinfo', 'address', 'phone_number'];

/** Finds a user for oidc-provider, which picks from the claims what the granted scopes allow. */
export const findUser: FindAccount = (_ctx, sub) => {
  const user = USERS.find((candidate) => candidate.sub === sub);
  if (user === undefined) return undefined;
  return { accountId: sub, claims: (use) => claimsOf(user, use) };
};

function claimsOf({ sub, claims }: User, use: string) {
  const all = { sub, ...claims, env: ENVIRONMENT_ID, org: ORGANIZATION_ID, 'p1.region': REGION };
  if (use !== 'id_token') return all;
  const inIdToken = Object.entries(all).filter(([claim]) => !ONLY_FROM_USERINFO.includes(claim));
  return { ...Object.fromEntries(inIdToken), sub };
}
