// All texts about errors of requests, by error code. No HTTP status is here: each error carries its own (see
// src/sign-in/errors.ts and PageError), so that a status has one source.

import { authorizationTexts } from './authorization.ts';
import { connectionTexts } from './connection.ts';
import { describeFacts, type FactTexts } from './detail.ts';
import type { Entry, Facts } from './entry.ts';
import type { ErrorCode } from './errors.ts';
import { idTokenTexts } from './id-token.ts';
import { requestTexts } from './requests.ts';
import { signInRequestTexts } from './sign-in-requests.ts';
import { tokenTexts } from './tokens.ts';

export { type ErrorCode, PageError, type PageErrorCode } from './errors.ts';

/** How the texts name the provider. */
export type ProviderName = 'PingOne' | 'the sandbox';

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

const CATALOGUE = {
  ...connectionTexts,
  ...authorizationTexts,
  ...tokenTexts,
  ...idTokenTexts,
  ...signInRequestTexts,
  ...requestTexts,
} satisfies Record<ErrorCode, Entry>;

const OF_TOKENS = ['token_invalid_client', 'token_refused', 'token_response_invalid'];
/** These can also occur at a refresh. Then the session does not end. */
const AT_REFRESH = [...Object.keys(connectionTexts), ...OF_TOKENS];

export const ERROR_CODES = Object.keys(CATALOGUE) as ErrorCode[];

/** The text of a SignInError, a RequestError, or a PageError. */
export function textOf(
  { code, facts }: { code: ErrorCode; facts: Facts },
  { provider = 'PingOne' }: { provider?: ProviderName } = {},
): ErrorText {
  const texts = CATALOGUE[code](facts);
  const isRefresh = facts.step === 'refresh' && AT_REFRESH.includes(code);
  const { title, what, why, next, user } = isRefresh ? textsAtRefresh(texts) : texts;
  const named = (text: string) => nameProvider(text, provider);
  const report = `Try again. If it fails again, send the administrator the title of this page: “${title}”.`;
  const described = describeFacts(facts, code);
  const isInTenant = provider !== 'PingOne' && next.includes('Applications >');
  return {
    title: named(title),
    what: named(what),
    visitor: named(withWait(user ?? report, described.retryAfterSeconds)),
    operator: {
      causes: named(why.trim()).split(/(?<=\.) +/),
      // The sandbox has no console.
      next: isInTenant ? `In a PingOne tenant, ${next.charAt(0).toLowerCase()}${next.slice(1)}` : named(next),
    },
    ...described,
  };
}

/** The user is still signed in, and needs no new sign-in. */
function textsAtRefresh({ title: failure, what, why, next }: ReturnType<Entry>): ReturnType<Entry> {
  const title = `No new tokens: ${failure}`;
  const outcome = 'This app could not get new tokens. You are still signed in.';
  const then = next.replace('Start a new sign-in', 'Try again').replace('start a new sign-in', 'try again');
  const user = `You are still signed in. Wait a moment, then repeat what you did. If it fails again, send the administrator the title of this page: “${title}”.`;
  return { title, what: `${what} ${outcome}`, why, next: then, user };
}

function withWait(text: string, seconds?: number): string {
  const time = `Wait ${seconds} s`;
  if (seconds === undefined) return text;
  return text.replace(/Wait a (moment|minute)/, time).replace(/^Try again/, `${time}, then try again`);
}

/** Facts about the product keep their name, and all that is not verified is about the product. */
const PINGONE = /(?<!ot verified: [^.]*)PingOne(?!:| license|’s own claim|’s service status)/g;
const IS_FIRST = /(^|\. |“|tokens: )$/;

/** Names the provider in use in a text about PingOne. Only for this app's own texts: facts are never changed. */
export function nameProvider(text: string, provider: ProviderName): string {
  if (provider === 'PingOne') return text;
  const nameAt = (at: number) => (IS_FIRST.test(text.slice(0, at)) ? 'The sandbox' : 'the sandbox');
  return text.replace(PINGONE, (_, at: number) => nameAt(at));
}
