// All checks of the doctor, in the order in which a sign-in would fail.

import { type DoctorCheck, type Examination, type NamedFinding, runChecks } from './check.ts';
import { clock } from './clock.ts';
import { connection } from './connection.ts';
import { credentials } from './credentials.ts';
import { envFile } from './env-file.ts';
import { consoleValues, environment, port, provider } from './environment.ts';
import { announcedValues, discovery, endpoints } from './metadata.ts';
import { redirectUri } from './redirect-uri.ts';
import { redis } from './redis.ts';
import { signingKeys } from './signing-keys.ts';

const CHECKS: DoctorCheck[] = [
  environment,
  envFile,
  provider,
  connection,
  discovery,
  clock,
  endpoints,
  ...announcedValues,
  signingKeys,
  credentials,
  redirectUri,
  redis,
  port,
  consoleValues,
];

/**
 * Compares a configuration with its PingOne. If it names no PingOne, starts a sandbox and uses that. Sends at most five
 * requests: discovery, JWK Set, two token requests with made-up codes, and an authorization request with prompt=none. No
 * user signs in.
 * @param envFile the file that values of `env` come from, which is searched for a # that cuts off a value
 */
export async function examine(env: NodeJS.ProcessEnv, envFile?: string): Promise<NamedFinding[]> {
  const context: Examination = { env, envFile, cleanUp: [] };
  try {
    return await runChecks(CHECKS, context);
  } finally {
    await Promise.all(context.cleanUp.map((end) => end()));
  }
}
