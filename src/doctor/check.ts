// The types of a check and of its findings, and the runner of all checks.

import type { Config } from '../config/index.ts';
import { type ObserverEvent, SignInError } from '../pingone/index.ts';
import type { Attempt, Http, ProviderMetadata } from '../pingone/steps.ts';
import { cleanText, createAttempt } from '../pingone/steps.ts';

const LIMIT_MS = 5_000;
const TEXT_LIMIT = 600;

/**
 * `failed`: sign-ins fail, or this app does not start. `unclear`: no response shows whether sign-ins work, or PingOne's
 * documentation does not say what the response means. `warning`: worth reading, but without influence on
 * the exit code. `note`: nothing was checked. `skipped`: not checked, because the check `because` failed.
 */
export type Finding = { message: string; causes?: string[]; because?: string } & (
  | { result: 'failed'; next: string }
  | { result: 'passed' | 'warning' | 'unclear' | 'note' | 'skipped'; next?: string }
);

/** One run of the doctor. A check that uses what an earlier check has found names that check in `needs`. */
export interface Examination {
  readonly env: NodeJS.ProcessEnv;
  /** The file that values of `env` come from. It may be missing. */
  readonly envFile?: string | undefined;
  config?: Config;
  /** PingOne as configured, or the sandbox. */
  provider?: { issuer: string; clientId: string; clientSecret: string };
  http?: Http;
  /** The outcome of the only discovery request. */
  discovered?: Outcome<ProviderMetadata> & { exchange?: Extract<ObserverEvent, { type: 'exchange' }> };
  metadata?: ProviderMetadata;
  /** Runs after the last check, even if checks failed. */
  readonly cleanUp: (() => Promise<unknown>)[];
}

export interface DoctorCheck {
  name: string;
  /** If one of these checks failed or was skipped, this one is skipped. */
  needs: string[];
  /** Returns one finding, or several if the check covers several things. Does not throw for problems that it looks for. */
  run(context: Examination): Promise<Finding[]>;
}

export type NamedFinding = { check: string } & Finding;

/** Runs the checks in order. A check is skipped if a check that it needs failed or was skipped. */
export async function runChecks(checks: DoctorCheck[], context: Examination): Promise<NamedFinding[]> {
  const found: NamedFinding[] = [];
  /** For each check that failed or was skipped: the failed check that is the reason, possibly the check itself. */
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
  return { result: 'skipped', message: `Skipped, because “${because}” failed.`, because };
}

/** A finding may contain text from outside, such as a URL in the discovery document or an error code. */
function onOneLine<T extends Finding>(finding: T): T {
  const { message, next } = finding;
  const cleanNext = next && { next: cleanText(next, TEXT_LIMIT) };
  return { ...finding, message: cleanText(message, TEXT_LIMIT), ...cleanNext };
}

/** For an unexpected error, only its name is shown, because its message may quote a secret. */
async function runOne(check: DoctorCheck, context: Examination): Promise<Finding[]> {
  try {
    return await check.run(context);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    const next = 'This is a bug in the doctor, not in your configuration. Report it.';
    return [{ result: 'failed', message: `The check itself failed (${name}).`, next }];
  }
}

/** Something that a check in `needs` has found. @throws TypeError if `needs` is incomplete */
export function required<T>(value: T | undefined): T {
  if (value === undefined)
    throw new TypeError('A check uses something that no check in its `needs` has found.');
  return value;
}

/** The URLs of this app that must be registered in PingOne. */
export function urisOf({ config }: Examination): { redirectUri: string; signOffUrl: string } {
  const { baseUrl } = required(config);
  return { redirectUri: `${baseUrl}/callback`, signOffUrl: `${baseUrl}/` };
}

/** An attempt for single steps of a sign-in. All steps together can take 5 s. */
export function attemptOf(context: Examination, observer?: (event: ObserverEvent) => void): Attempt {
  const { scope } = required(context.config);
  const registration = { ...required(context.provider), ...urisOf(context), scope };
  return createAttempt({ http: required(context.http), registration }, LIMIT_MS, { observer });
}

interface Outcome<T> {
  value?: T;
  error?: SignInError;
}

/** The result of a step, or the error with which a sign-in would fail. */
export async function outcomeOf<T>(step: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await step };
  } catch (error) {
    if (error instanceof SignInError) return { error };
    throw error;
  }
}
