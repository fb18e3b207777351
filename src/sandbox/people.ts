/** The sample people of the sandbox. They are made up; their addresses are at example.com (RFC 2606). */
import type { FindAccount } from 'oidc-provider';
import { ENVIRONMENT_ID, ORGANIZATION_ID, REGION } from './settings.ts';

interface Person {
  /** The person's id, a UUID as in PingOne. */
  readonly sub: string;
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** True for the one who turns the sign-on down. */
  readonly declines: boolean;
}

export const PEOPLE: readonly Person[] = [
  {
    sub: '1f0c2a9e-6b34-4d58-8a71-0e5d9c3b7f10',
    name: 'Amara Okafor',
    declines: false,
    claims: {
      preferred_username: 'amara.okafor',
      given_name: 'Amara',
      family_name: 'Okafor',
      email: 'amara.okafor@example.com',
      locale: 'en-NG',
      zoneinfo: 'Africa/Lagos',
      updated_at: 1_767_225_600,
    },
  },
  {
    // Shows whether a page can display what is not plain ASCII, and a claim that is an object.
    sub: '8d5e7b42-93ac-4f06-b2d8-64c1a0f9e521',
    name: 'Zoë Nguyễn-Łukasiewicz',
    declines: false,
    claims: {
      preferred_username: 'zoë',
      given_name: 'Zoë',
      family_name: 'Nguyễn-Łukasiewicz',
      email: 'zoe.nguyen-lukasiewicz@example.com',
      locale: 'pl-PL',
      zoneinfo: 'Europe/Warsaw',
      phone_number: '+48 00 000 00 00',
      updated_at: 1_764_547_200,
      address: {
        street_address: 'ul. Próżna 0/1',
        locality: 'Łódź',
        region: 'łódzkie',
        postal_code: '00-000',
        country: 'PL',
      },
    },
  },
  { sub: 'b36f94d1-2c7e-45a8-9e60-d7180f5a2c93', name: 'Mateo Quispe', declines: true, claims: {} },
];

/**
 * The sample people as the sign-on page lists them: the one whose username or email address is the `login_hint` comes
 * first, where PingOne fills in the username field. A hint that names nobody here is ignored. Assumed: case does not
 * matter.
 */
export function peopleInOrder(loginHint: unknown): readonly Person[] {
  if (typeof loginHint !== 'string') return PEOPLE;
  // The names above are all in lower case.
  const hint = loginHint.toLowerCase();
  const isHinted = ({ claims }: Person) => [claims['preferred_username'], claims['email']].includes(hint);
  return [...PEOPLE.filter(isHinted), ...PEOPLE.filter((person) => !isHinted(person))];
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

/** Assumed: in the one captured ID token these were there, and the rest came from userinfo alone. */
const ONLY_FROM_USERINFO = ['name', 'locale', 'zoneinfo', 'address', 'phone_number'];

/** Finds a person for oidc-provider, which picks from the claims what the granted scopes allow. */
export const findPerson: FindAccount = (_ctx, sub) => {
  const person = PEOPLE.find((candidate) => candidate.sub === sub);
  if (person === undefined) return undefined;
  return { accountId: sub, claims: (use) => claimsOf(person, use) };
};

function claimsOf(person: Person, use: string) {
  const own = { sub: person.sub, name: person.name, ...person.claims };
  const all = { ...own, env: ENVIRONMENT_ID, org: ORGANIZATION_ID, 'p1.region': REGION };
  if (use !== 'id_token') return all;
  const inIdToken = Object.entries(all).filter(([claim]) => !ONLY_FROM_USERINFO.includes(claim));
  return { ...Object.fromEntries(inIdToken), sub: person.sub };
}
