// The shape of an entry. Facts select texts, and detail.ts shows the facts: a text contains no fact, except the
// time to wait.

import type { SignInError } from '../pingone/index.ts';
import { type RequestError, SIGN_IN_LIMIT_MS } from '../sign-in/index.ts';
import type { PageFacts } from './errors.ts';
import type { ProviderWords } from './provider.ts';

/** The facts of an error, whichever folder the error comes from. None of them is a secret. */
export type Facts = SignInError['facts'] & RequestError['facts'] & PageFacts;

/** What an entry knows. `again`: how to try again, such as “start a new sign-in”. */
export type Case = Facts & ProviderWords & { again: string };

export interface Texts {
  /** Replaces the title of the entry. */
  title?: string;
  /** What happened. */
  what: string;
  /** For the administrator: each sentence is one possible cause, the most likely first. */
  why: string;
  /** For the administrator. */
  next: string;
  /** What a visitor who only wants to sign in can do. Absent: try again, then report the title. */
  user?: string;
}

export type Entry = (given: Case) => Required<Texts>;

/** @param texts a function where the texts depend on the facts */
export function entry(title: string, texts: Texts | ((given: Case) => Texts)): Entry {
  return (given) => {
    const own = { title, ...(typeof texts === 'function' ? texts(given) : texts) };
    const again = given.retryAfterSeconds === undefined ? 'Try again' : `${wait(given)}, then try again`;
    return { user: `${again}. ${report(own.title)}`, ...own };
  };
}

/** An entry for an error that can also occur at a refresh. Then the user is still signed in. */
export function requestEntry(...[name, texts]: Parameters<typeof entry>): Entry {
  const atSignIn = entry(name, texts);
  return (given) => {
    const own = atSignIn(given);
    if (given.step !== 'refresh') return own;
    const title = `No new tokens: ${own.title}`;
    const what = `${own.what} This app could not get new tokens. You are still signed in.`;
    const user = `You are still signed in. ${wait(given)}, then repeat what you did. ${report(title)}`;
    return { ...own, title, what, user };
  };
}

/** The beginning of a visitor’s next step. @param time for an error without `retryAfterSeconds` */
export const wait = ({ retryAfterSeconds }: Facts, time = 'a moment') =>
  `Wait ${typeof retryAfterSeconds === 'number' ? `${retryAfterSeconds} s` : time}`;

const report = (title: string) =>
  `If it fails again, send the administrator the title of this page: “${title}”.`;

/** Causes and next step, where facts select them. */
export type Diagnosis = Pick<Texts, 'why' | 'next'>;

export const SIGN_IN_MINUTES = SIGN_IN_LIMIT_MS / 60_000;
