// Runs the doctor in this process or in a process of its own, and reads the lines that it prints.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { NamedFinding } from '../../src/doctor/check.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { asText } from '../../src/doctor/report.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type ProviderDouble, startProviderDouble } from '../helpers/provider-double.ts';
import { freePort, withoutNotice } from '../process/helpers.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A test double that behaves like PingOne, for one test, and the environment that names it. */
export async function providerForDoctor() {
  const provider = await startProviderDouble();
  onTestFinished(() => void provider.close());
  provider.clientSecret = `doctor+secret&of=%/ümlaut-${randomUUID()}`;
  provider.metadata['code_challenge_methods_supported'] = ['plain', 'S256'];
  provider.metadata['id_token_signing_alg_values_supported'] = ['RS256'];
  provider.scripts['token'] = ({ body }) =>
    new URLSearchParams(body).get('client_secret') === provider.clientSecret
      ? { status: 400, body: { error: 'invalid_grant', error_description: 'made up' } }
      : { status: 401, body: { error: 'invalid_client', error_description: 'wrong secret' } };
  provider.scripts['authorize'] = ({ query }) => ({
    status: 302,
    headers: { location: `${query.get('redirect_uri')}?error=login_required&state=${query.get('state')}` },
  });
  const env = {
    PINGONE_ISSUER: provider.issuer,
    PINGONE_CLIENT_ID: provider.clientId,
    PINGONE_CLIENT_SECRET: provider.clientSecret,
    PORT: String(await freePort()),
  };
  return { provider, env };
}

/** Sets the response to each token request, for any secret. */
export function refuseToken(provider: ProviderDouble, status: number, body: unknown): void {
  provider.scripts['token'] = () => ({ status, body });
}

/** A sandbox where `redirectUri` is registered, and the environment of an app that is configured for it. */
export async function sandboxForDoctor(redirectUri?: string) {
  const PORT = String(await freePort());
  const base = `http://localhost:${PORT}`;
  const uris = { redirectUri: redirectUri ?? `${base}/callback`, signOffUrl: `${base}/` };
  const sandbox = await startSandbox({ port: 0, ...uris });
  onTestFinished(() => sandbox.close());
  const env = {
    PINGONE_ISSUER: sandbox.issuer,
    PINGONE_CLIENT_ID: sandbox.clientId,
    PINGONE_CLIENT_SECRET: sandbox.clientSecret,
    PORT,
  };
  return { env, callback: `${base}/callback` };
}

/** The printed lines of one check. */
export function linesOf(findings: NamedFinding[], check: string): string[] {
  const [lines = ''] = asText(findings.filter((finding) => finding.check === check)).split('\n\n');
  return lines.split('\n');
}

/** The lines that list these causes, with this indentation. */
export function listOf(causes: string[], at: string): string[] {
  return ['Possible causes:', ...causes.map((cause, index) => `${index + 1}. ${cause}`)].map(
    (line) => at + line,
  );
}

/** Examines this environment and returns the lines of one check. */
export async function examined(env: NodeJS.ProcessEnv, check: string): Promise<string[]> {
  return linesOf(await examine(env), check);
}

/** The results of all checks, in order. */
export function resultsOf(findings: NamedFinding[]): string[] {
  return findings.map(({ check, result }) => `${check}: ${result}`);
}

/** Runs the process until it ends, with only this environment. */
export async function runDoctor(env: Record<string, string>, ...args: string[]) {
  return run({ env, cwd: ROOT }, ['src/doctor/main.ts', ...args]);
}

/** As `runDoctor`, with this `.env`, and with the option that package.json sets. */
export async function runDoctorWith(text: string, env: Record<string, string>) {
  const cwd = dirname(envFileWith(text));
  return run({ env, cwd }, [`--import=${join(ROOT, 'src/env-file.js')}`, join(ROOT, 'src/doctor/main.ts')]);
}

/** Writes an `.env` for one test and returns its path. */
export function envFileWith(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, '.env');
  writeFileSync(path, text);
  return path;
}

async function run(options: { env: Record<string, string>; cwd: string }, args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, stdout, stderr: withoutNotice(stderr) };
}
