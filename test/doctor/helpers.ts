// An examination in this process, or the process itself, and the lines that it prints.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { NamedFinding } from '../../src/doctor/check.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { asText } from '../../src/doctor/report.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { type StandIn, startStandIn } from '../helpers/stand-in.ts';
import { freePort, valuesOf, withoutNotice } from '../process/helpers.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A stand-in that has what PingOne has, for one test, and the environment that names it. */
export async function standInForDoctor() {
  const standIn = await startStandIn();
  onTestFinished(() => void standIn.close());
  standIn.metadata['code_challenge_methods_supported'] = ['plain', 'S256'];
  standIn.metadata['id_token_signing_alg_values_supported'] = ['RS256'];
  refuseToken(standIn, 400, { error: 'invalid_grant', error_description: 'made up' });
  standIn.scripts['authorize'] = ({ query }) => ({
    status: 302,
    headers: { location: `${query.get('redirect_uri')}?error=login_required&state=${query.get('state')}` },
  });
  return { standIn, env: { ...valuesOf(standIn), PORT: String(await freePort()) } };
}

export function refuseToken(standIn: StandIn, status: number, body: unknown): void {
  standIn.scripts['token'] = () => ({ status, body });
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

/** The lines that one check prints, as they are printed. */
export function linesOf(findings: NamedFinding[], check: string): string[] {
  const [lines = ''] = asText(findings.filter((finding) => finding.check === check)).split('\n\n');
  return lines.split('\n');
}

/** Examines this environment: the lines of one check. */
export async function examined(env: NodeJS.ProcessEnv, check: string): Promise<string[]> {
  return linesOf(await examine(env), check);
}

/** What each check came to, in their order. */
export function resultsOf(findings: NamedFinding[]): string[] {
  return findings.map(({ check, result }) => `${check}: ${result}`);
}

/** Runs the process with a whole environment of its own, to its end. */
export async function runDoctor(env: Record<string, string>, ...args: string[]) {
  const all = ['--disable-warning=ExperimentalWarning', 'src/doctor/main.ts', ...args];
  const child = spawn(process.execPath, all, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
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
