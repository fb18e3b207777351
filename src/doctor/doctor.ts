// The whole examination, from top to bottom: a check a line, in the order in which a sign-in would fail.

import { type Check, type Context, type NamedFinding, runChecks } from './check.ts';
import { clock } from './clock.ts';
import { connection } from './connection.ts';
import { credentials } from './credentials.ts';
import { environment, port, provider } from './environment.ts';
import { clientSecretPost, discovery, endpoints, rs256, s256 } from './metadata.ts';
import { redirectUri } from './redirect-uri.ts';
import { redis } from './redis.ts';
import { signingKeys } from './signing-keys.ts';

const CHECKS: Check[] = [
  environment,
  provider,
  connection,
  discovery,
  clock,
  endpoints,
  clientSecretPost,
  s256,
  rs256,
  signingKeys,
  credentials,
  redirectUri,
  redis,
  port,
];

/**
 * Checks a configuration against its PingOne, or, where it names none, against a sandbox started for it.
 * Sends four requests at most, each once, and signs nobody in.
 */
export async function examine(env: NodeJS.ProcessEnv): Promise<NamedFinding[]> {
  const context: Context = { env, cleanUp: [] };
  try {
    return await runChecks(CHECKS, context);
  } finally {
    await Promise.all(context.cleanUp.map((end) => end()));
  }
}
