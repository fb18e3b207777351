// The sample users of the sandbox. They are made up, and their email addresses end in example.com (RFC 2606).

import { readFileSync } from 'node:fs';
import type { FindAccount } from 'oidc-provider';
import { ENVIRONMENT_ID, ORGANIZATION_ID, REGION } from './settings.ts';

interface User {
  /** A UUID, as PingOne makes them, or the ID from an external identity provider. */
  readonly sub: string;
  /** The name on the sign-on page. */
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Shown on the sign-on page: how this user differs from the others. */
  readonly note?: string;
  /** This user declines to sign on. */
  readonly declines?: true;
}

/**
 * One user has a name with letters beyond ASCII, an address, which is an object, and no `name` claim, which PingOne does
 * not always return. One has a `sub` of 43 characters, as a user of an external identity provider can have.
 */
export const USERS: readonly User[] = JSON.parse(
  readFileSync(new URL('users.json', import.meta.url), 'utf8'),
);

/**
 * The sample users in the order of the sign-on page. The user whose username or email address is the `login_hint` comes
 * first; PingOne would fill in the username field. An unknown hint is ignored. Assumed: case does not matter.
 */
export function usersInOrder(loginHint: unknown): readonly User[] {
  if (typeof loginHint !== 'string') return USERS;
  // The values in users.json are in lower case.
  const hint = loginHint.toLowerCase();
  const isHinted = ({ claims }: User) => [claims['preferred_username'], claims['email']].includes(hint);
  return [...USERS.filter(isHinted), ...USERS.filter((user) => !isHinted(user))];
}

/**
 * The claims of each scope (OpenID Connect Core 1.0, section 5.4). `env`, `org` and `p1.region` are PingOne's own claims,
 * and every sign-in has them.
 */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'env', 'org', 'p1.region'],
  profile: ['preferred_username', 'given_name', 'family_name', 'name', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email'],
  address: ['address'],
  phone: ['phone_number'],
};

/** Assumed from a single captured ID token, which did not have these claims. Only userinfo had them. */
const ONLY_FROM_USERINFO = ['name', 'locale', 'zoneinfo', 'address', 'phone_number'];

/** Finds a user for oidc-provider, which returns only the claims of the granted scopes. */
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
