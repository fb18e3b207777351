// What a check is, what it finds, and the runner that makes one after the other.

import type { Config } from '../config/index.ts';
import type { ObserverEvent, ProviderMetadata } from '../pingone/steps.ts';
import { type Attempt, cleanText, createAttempt, type Http, SignInError } from '../pingone/steps.ts';

const LIMIT_MS = 5_000;
const TEXT_LIMIT = 600;

/**
 * `failed`: sign-ins fail, or the app does not start. `could not tell`: whether they do is not known, because no
 * response shows it, or PingOne's documentation does not say what the response means. `warning`: worth a look, but it
 * decides nothing. `note`: nothing was checked. `skipped`: not checked, because the check `because` failed.
 */
export type Finding = { message: string; causes?: string; because?: string } & (
  | { result: 'failed'; next: string }
  | { result: 'passed' | 'warning' | 'could not tell' | 'note' | 'skipped'; next?: string }
);

/** What earlier checks have found out. A check that uses a part of it names, in `needs`, the check that it comes from. */
export interface Context {
  readonly env: NodeJS.ProcessEnv;
  /** The file that values of `env` come from. It need not exist. */
  readonly envFile?: string | undefined;
  config?: Config;
  /** PingOne as configured, or the sandbox. */
  provider?: { issuer: string; clientId: string; clientSecret: string };
  http?: Http;
  /** The outcome of the one discovery request. */
  discovered?: Outcome<ProviderMetadata> & { exchange?: Exchange };
  metadata?: ProviderMetadata;
  /** Run when all is done, whether checks failed or not. */
  readonly cleanUp: (() => Promise<unknown>)[];
}

export type Exchange = Extract<ObserverEvent, { type: 'exchange' }>;

export interface Check {
  name: string;
  /** Checks that must not have failed, or this one is skipped. */
  needs: string[];
  /** One finding, or several where a check looks at several things. Never throws for what it is there to find. */
  run(context: Context): Promise<Finding[]>;
}

export type NamedFinding = { check: string } & Finding;

/** Makes the checks in their order. A check that needs one that failed, or was skipped, is skipped. */
export async function runChecks(checks: Check[], context: Context): Promise<NamedFinding[]> {
  const found: NamedFinding[] = [];
  /** By check: the failed check that it depends on, which may be itself. */
  const notDone = new Map<string, string>();
  for (const check of checks) {
    const because = notDone.get(check.needs.find((name) => notDone.has(name)) ?? '');
    const findings = because === undefined ? await runOne(check, context) : [skipped(because)];
    found.push(...findings.map((finding) => ({ check: check.name, ...onOneLine(finding) })));
    const failed = findings.some(({ result }) => result === 'failed') ? check.name : because;
    if (failed !== undefined) notDone.set(check.name, failed);
  }
  return found;
}

function skipped(because: string): Finding {
  return { result: 'skipped', message: `Not checked, because “${because}” failed.`, because };
}

/** A finding may contain words from outside: an address in the document, the code of an error. */
function onOneLine<T extends Finding>(finding: T): T {
  const { message, next } = finding;
  const cleanNext = next && { next: cleanText(next, TEXT_LIMIT) };
  return { ...finding, message: cleanText(message, TEXT_LIMIT), ...cleanNext };
}

/** Of an error that no check expects only the name is shown: its text may quote anything. */
async function runOne(check: Check, context: Context): Promise<Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    const next = 'This is a bug in the doctor, not in your configuration. Report it.';
    return [{ result: 'failed', message: `The check itself failed (${name}).`, next }];
  }
}

/** A part of the context that the checks in `needs` have put there. @throws TypeError if `needs` is incomplete */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('A check uses what no check that it needs has found.');
  return value;
}

/** The addresses of this app that must be registered in PingOne. */
export function urisOf({ config }: Context): { redirectUri: string; signOffUrl: string } {
  const { baseUrl } = known(config);
  return { redirectUri: `${baseUrl}/callback`, signOffUrl: `${baseUrl}/` };
}

/** An attempt at single steps of a sign-in, 5 s for all of them together. */
export function attemptOf(context: Context, observer?: (event: ObserverEvent) => void): Attempt {
  const { scope } = known(context.config);
  const registration = { ...known(context.provider), ...urisOf(context), scope };
  return createAttempt({ http: known(context.http), registration }, LIMIT_MS, { observer });
}

export interface Outcome<T> {
  value?: T;
  error?: SignInError;
}

/** The result of a step, or the error that a sign-in would fail with. */
export async function outcomeOf<T>(step: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await step };
  } catch (error) {
    if (error instanceof SignInError) return { error };
    throw error;
  }
}
