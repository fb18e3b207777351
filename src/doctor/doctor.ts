// The whole examination, from top to bottom: a check a line, in the order in which a sign-in would fail.

import { type Check, type Context, type NamedFinding, runChecks } from './check.ts';
import { clock } from './clock.ts';
import { connection } from './connection.ts';
import { credentials } from './credentials.ts';
import { envFile } from './env-file.ts';
import { consoleValues, environment, port, provider } from './environment.ts';
import { announced, discovery, endpoints } from './metadata.ts';
import { redirectUri } from './redirect-uri.ts';
import { redis } from './redis.ts';
import { signingKeys } from './signing-keys.ts';

const CHECKS: Check[] = [
  environment,
  envFile,
  provider,
  connection,
  discovery,
  clock,
  endpoints,
  ...announced,
  signingKeys,
  credentials,
  redirectUri,
  redis,
  port,
  consoleValues,
];

/**
 * Checks a configuration against its PingOne, or, where it names none, against a sandbox started for it. Sends five
 * requests at most: discovery, JWK Set, two token requests with made-up codes, and an authorization request with
 * prompt=none. No user signs in.
 * @param envFile the file that values of `env` come from, to find a # that cut one
 */
export async function examine(env: NodeJS.ProcessEnv, envFile?: string): Promise<NamedFinding[]> {
  const context: Context = { env, envFile, cleanUp: [] };
  try {
    return await runChecks(CHECKS, context);
  } finally {
    await Promise.all(context.cleanUp.map((end) => end()));
  }
}
