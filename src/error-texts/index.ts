// Every sentence about an error of a request, by its code. There is no HTTP status here: the errors carry theirs (those of
// src/sign-in/errors.ts, and PageError), so that it has one source.

import { authorizationTexts } from './authorization.ts';
import { connectionTexts } from './connection.ts';
import { describeFacts, type FactTexts } from './detail.ts';
import type { EntryOf, Facts } from './entry.ts';
import type { ErrorCode } from './errors.ts';
import { idTokenTexts } from './id-token.ts';
import { requestTexts } from './requests.ts';
import { signInRequestTexts } from './sign-in-requests.ts';
import { tokenTexts } from './tokens.ts';

export { type ErrorCode, PageError, type PageErrorCode, type PageFacts } from './errors.ts';

/** What the texts call the provider. */
export type ProviderName = 'PingOne' | 'the sandbox';

/** In title, what, visitor and operator, backticks mark technical names; the facts are plain text. */
export interface ErrorText extends FactTexts {
  title: string;
  /** What happened. */
  what: string;
  /** What a user who only wanted to sign in can do. */
  visitor: string;
  /** For the administrator. With the facts it is shown by the rule of ERROR_DETAILS, and always logged. */
  operator: { causes: string[]; next: string };
}

const CATALOGUE = {
  ...connectionTexts,
  ...authorizationTexts,
  ...tokenTexts,
  ...idTokenTexts,
  ...signInRequestTexts,
  ...requestTexts,
} satisfies Record<ErrorCode, EntryOf>;

/** All codes. */
export const ERROR_CODES = Object.keys(CATALOGUE) as ErrorCode[];

/** What to say about a SignInError, a RequestError or a PageError. */
export function textOf(
  { code, facts }: { code: ErrorCode; facts: Facts },
  { provider = 'PingOne' }: { provider?: ProviderName } = {},
): ErrorText {
  const found: EntryOf = CATALOGUE[code];
  const entry = typeof found === 'function' ? found(facts) : found;
  const named = (text: string) => nameProvider(text, provider);
  const [title = '', ...what] = sentencesOf(named(entry.what));
  const report = `Try again. If it fails again, send the administrator the title of this page: “${title}”`;
  return {
    title: title.replace(/\.$/, ''),
    what: what.join(' '),
    visitor: entry.user === undefined ? report : named(entry.user),
    operator: { causes: sentencesOf(named(entry.why)), next: named(entry.next) },
    ...describeFacts(facts),
  };
}

function sentencesOf(text: string): string[] {
  return text.trim().split(/(?<=\.) +/);
}

/** A text about PingOne, for the provider in use. Only for this app's own texts: no fact is changed. */
export function nameProvider(text: string, provider: ProviderName): string {
  if (provider === 'PingOne') return text;
  // The sandbox has no console.
  return text
    .replace(/(^|\. )PingOne/g, '$1The sandbox')
    .replaceAll('PingOne', 'the sandbox')
    .replace('Open Applications', 'With a PingOne tenant, open Applications');
}
