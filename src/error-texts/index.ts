// All texts about errors of requests, by error code. No HTTP status is here: each error carries its own (see
// src/sign-in/errors.ts and PageError), so that a status has one source.

import { authorizationTexts } from './authorization.ts';
import { connectionTexts } from './connection.ts';
import { describeFacts, type FactTexts } from './detail.ts';
import type { Entry, Facts } from './entry.ts';
import type { ErrorCode } from './errors.ts';
import { idTokenTexts } from './id-token.ts';
import { type ProviderName, type ProviderWords, wordsFor } from './provider.ts';
import { requestTexts } from './requests.ts';
import { signInRequestTexts } from './sign-in-requests.ts';
import { tokenTexts } from './tokens.ts';

export { type ErrorCode, PageError, type PageErrorCode } from './errors.ts';
export { type ProviderName, type ProviderWords, wordsFor } from './provider.ts';

/** In title, what, visitor, and operator, backticks mark technical names. The facts are plain text. */
export interface ErrorText extends FactTexts {
  title: string;
  /** What happened. */
  what: string;
  /** What a visitor who only wants to sign in can do. */
  visitor: string;
  /** For the administrator. Pages show it, and the facts, only if ERROR_DETAILS is on. The log always has the facts. */
  operator: { causes: string[]; next: string };
}

const textsFor = (words: ProviderWords): Record<ErrorCode, Entry> => ({
  ...connectionTexts(words),
  ...authorizationTexts(words),
  ...tokenTexts(words),
  ...idTokenTexts(words),
  ...signInRequestTexts(words),
  ...requestTexts,
});
const CATALOGUES = {
  PingOne: textsFor(wordsFor('PingOne')),
  'the sandbox': textsFor(wordsFor('the sandbox')),
};

export const ERROR_CODES = Object.keys(CATALOGUES.PingOne) as ErrorCode[];

/**
 * The text of a SignInError, a RequestError, or a PageError.
 * @param options.again how to try again, if neither a sign-in nor a refresh failed
 */
export function textOf(
  { code, facts }: { code: ErrorCode; facts: Facts },
  { provider = 'PingOne', again }: { provider?: ProviderName; again?: string } = {},
): ErrorText {
  const retry = again ?? (facts.step === 'refresh' ? 'try again' : 'start a new sign-in');
  const given = { ...facts, ...wordsFor(provider), again: retry };
  const { title, what, why, next, user } = CATALOGUES[provider][code](given);
  const causes = why.split(/(?<=\.) +/);
  return { title, what, visitor: user, operator: { causes, next }, ...describeFacts(facts, code) };
}
