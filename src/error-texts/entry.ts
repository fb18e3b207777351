// The shape of the catalogue. A text never contains a fact of its case: facts only select texts, and detail.ts shows them.

import type { SignInError } from '../pingone/index.ts';
import type { RequestError } from '../sign-in/index.ts';
import type { PageFacts } from './errors.ts';

/** What errors of every room know of one case. Nothing in it is a secret. */
export type Facts = SignInError['facts'] & RequestError['facts'] & PageFacts;

export interface Entry {
  /** What happened. Its first sentence is the title of the page. */
  what: string;
  /** For the administrator: each sentence is one possible cause, the likeliest first. */
  why: string;
  /** For the administrator. */
  next: string;
  /** What a visitor who only wanted to sign in can do. Absent: to try again, then to report the title. */
  user?: string;
}

/** An entry whose causes depend on the facts is a function. */
export type EntryOf = Entry | ((facts: Facts) => Entry);

/** The part of an entry that facts select. */
export type Case = Pick<Entry, 'why' | 'next'>;

// Click paths in the console of PingOne.
export const APPLICATION = 'Applications > Applications > your application';
export const CONFIGURATION = `${APPLICATION} > Configuration`;
export const OVERVIEW = `${APPLICATION} > Overview`;
export const RESOURCES = `${APPLICATION} > Resources`;
export const POLICIES = `${APPLICATION} > Policies`;
