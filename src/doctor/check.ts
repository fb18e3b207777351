// What a check is, what it finds, and the runner that makes one after the other.

import type { Config } from '../config.ts';
import type { ProviderMetadata } from '../pingone/discovery.ts';
import { errorTexts, printable, type SignInError } from '../pingone/errors.ts';
import type { Http } from '../pingone/http.ts';
import type { PingOneAnswer } from '../pingone/pingone-answer.ts';

const MESSAGE_LIMIT = 600;

/**
 * Only `failed` is a reason not to sign in. `could not tell` is never a pass: nobody has found out, or PingOne's
 * documentation does not say what the answer means.
 */
export type Finding =
  | { result: 'failed'; message: string; next: string }
  | { result: 'passed' | 'warning' | 'could not tell' | 'skipped'; message: string; next?: string };

/** What earlier checks have found out. Whoever uses a part of it names, in `needs`, the check that it comes from. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  config?: Config;
  /** PingOne as configured, or the sandbox. */
  provider?: { issuer: string; clientId: string; clientSecret: string };
  http?: Http;
  discovered?: Discovered;
  metadata?: ProviderMetadata;
  /** Run when all is done, whatever came of it. */
  readonly cleanUp: (() => Promise<unknown>)[];
}

/** What came of the one discovery request. */
export interface Discovered {
  answer?: PingOneAnswer;
  /** This machine's clock when the answer was there, in milliseconds since 1970. */
  receivedAt?: number;
  metadata?: ProviderMetadata;
  error?: SignInError;
}

export interface Check {
  name: string;
  /** Checks that must not have failed, or this one is skipped. */
  needs: string[];
  /** One finding, or several where a check looks at several things. Never throws for what it is there to find. */
  run(context: Context): Promise<Finding[]>;
}

export type NamedFinding = { check: string } & Finding;

/** Makes the checks in their order; one whose needs have failed, or were skipped, is skipped and says why. */
export async function runChecks(checks: Check[], context: Context): Promise<NamedFinding[]> {
  const found: NamedFinding[] = [];
  const notDone = new Map<string, string>();
  for (const check of checks) {
    const missing = check.needs.find((name) => notDone.has(name));
    const findings = missing === undefined ? await runOne(check, context) : [skipped(notDone.get(missing))];
    found.push(
      ...findings.map((finding) => ({ check: check.name, ...finding, message: oneLine(finding.message) })),
    );
    // Whoever depends on a skipped check is told of the failure behind it, not of the skip.
    if (missing !== undefined) notDone.set(check.name, notDone.get(missing) ?? missing);
    else if (findings.some(({ result }) => result === 'failed')) notDone.set(check.name, check.name);
  }
  return found;
}

/** A message may hold words from outside: an address of the document, an error's code. */
function oneLine(message: string): string {
  return printable(message).slice(0, MESSAGE_LIMIT);
}

function skipped(failed = ''): Finding {
  return { result: 'skipped', message: `Not checked, because this failed: ${failed}.` };
}

/** An error that no check expects says only its kind: its text may quote anything. */
async function runOne(check: Check, context: Context): Promise<Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    const next = 'This is a fault of the doctor, not of your configuration: please report it.';
    return [{ result: 'failed', message: `The check itself broke (${kind}).`, next }];
  }
}

/** A part of the context that the checks in `needs` have put there. @throws TypeError where `needs` forgot one */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('A check uses what no check that it needs has found.');
  return value;
}

/** What an error of `src/pingone/` says, in one line, and what to do about it. Nobody is signing in here. */
export function explain(error: SignInError): { message: string; next: string } {
  const { title } = errorTexts[error.code];
  const { next = errorTexts[error.code].next } = error.details;
  return {
    message: `${title}. ${error.message}${asSaid(error)}`,
    next: next.replace('Start a new sign-in', 'Run this again').replace(' below', ' above'),
  };
}

/** PingOne's own words and its Correlation ID, where there are any, marked as such. */
export function asSaid({ details: { pingOneSaid, correlationId } }: SignInError): string {
  const words = pingOneSaid ? ` PingOne’s words: ${JSON.stringify(pingOneSaid)}.` : '';
  // PingOne's words end with it mostly.
  const isNamed = correlationId === undefined || pingOneSaid?.includes(correlationId);
  return isNamed ? words : `${words} Correlation ID: ${correlationId}.`;
}
