// The words for the provider in use. A text about the product says PingOne, whatever provider is in use.

export type ProviderName = 'PingOne' | 'the sandbox';

/**
 * `provider`: the name inside a sentence. `Provider`: the name at the beginning of a sentence. `inTenant`: the
 * beginning of a step in PingOne’s console, made from a verb in lower case. The sandbox has no console.
 */
export type ProviderWords = ReturnType<typeof wordsFor>;

export function wordsFor(provider: ProviderName) {
  const tenant = provider === 'PingOne' ? '' : 'in a PingOne tenant, ';
  const inTenant = (verb: string) => capitalize(`${tenant}${verb}`);
  return { provider, Provider: capitalize(provider), inTenant };
}

/** The text with a capital letter at its beginning. */
export const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

// Click paths in the console of PingOne.
export const APPLICATION = 'Applications > Applications > your application';
export const CONFIGURATION = `${APPLICATION} > Configuration`;
export const OVERVIEW = `${APPLICATION} > Overview`;
export const RESOURCES = `${APPLICATION} > Resources`;
export const POLICIES = `${APPLICATION} > Policies`;
