// The shape of an entry. Texts never contain facts: facts only select texts, and detail.ts shows the facts.

import type { SignInError } from '../pingone/index.ts';
import { type RequestError, SIGN_IN_LIMIT_MS } from '../sign-in/index.ts';
import type { PageFacts } from './errors.ts';

/** The facts of an error, whichever folder the error comes from. None of them is a secret. */
export type Facts = SignInError['facts'] & RequestError['facts'] & PageFacts;

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

export type Entry = (facts: Facts) => Texts & { title: string };

/** @param texts a function where the texts depend on the facts */
export function entry(title: string, texts: Texts | ((facts: Facts) => Texts)): Entry {
  return (facts) => ({ title, ...(typeof texts === 'function' ? texts(facts) : texts) });
}

/** Causes and next step, where facts select them. */
export type Diagnosis = Pick<Texts, 'why' | 'next'>;

// Click paths in the console of PingOne.
export const APPLICATION = 'Applications > Applications > your application';
export const CONFIGURATION = `${APPLICATION} > Configuration`;
export const OVERVIEW = `${APPLICATION} > Overview`;
export const RESOURCES = `${APPLICATION} > Resources`;
export const POLICIES = `${APPLICATION} > Policies`;

export const SIGN_IN_MINUTES = SIGN_IN_LIMIT_MS / 60_000;
