// Checks that Redis accepts REDIS_URL and each command that the stores use.

import { checkRedisCommands, StoreError } from '../stores/index.ts';
import { type DoctorCheck, type Examination, type Finding, required } from './check.ts';

/** Without REDIS_URL, there is no finding. */
export const redis: DoctorCheck = { name: 'Redis', needs: ['environment'], run: checkRedis };

async function checkRedis(context: Examination): Promise<Finding[]> {
  const { redisUrl } = required(context.config);
  if (!redisUrl) return [];
  const { host } = new URL(redisUrl);
  try {
    const refused = await checkRedisCommands(redisUrl);
    if (refused.length === 0)
      return [{ result: 'passed', message: `${host} accepts each command that this app uses.` }];
    const commands = refused.map(({ command, code }) => `${command} (${code})`).join(', ');
    const message = `${host} rejects commands that this app uses: ${commands}.`;
    // For a command inside a script, Redis returns only ERR.
    const isForbidden = refused.some(({ code }) => code === 'NOPERM');
    return [{ result: 'failed', message, next: isForbidden ? ALLOW : REPLACE }];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const message = `${host} cannot be used: ${error.code}.`;
    return [{ result: 'failed', message, next: NEXT.get(error.code) ?? START }];
  }
}

const ALLOW = 'Allow these commands, and the keys pingone:*, for the user in REDIS_URL (ACL SETUSER).';
const REPLACE =
  'Set REDIS_URL to a Redis of version 6.2 or newer that accepts writes: a primary, not a replica.';
const PASSWORD =
  'In REDIS_URL, put the percent-encoded password before the host: redis://:<password>@<host>:<port>, or redis://<user>:<password>@<host>:<port>.';
const OTHER = 'Set REDIS_URL to the host and port where Redis listens. Another server listens here.';
const START =
  'Start Redis, or set REDIS_URL to the host and port where it listens: redis://<host>:<port>, or rediss:// for TLS.';
/** The next step, by the code of the store's error. */
const NEXT = new Map([
  ['NOAUTH', PASSWORD],
  ['WRONGPASS', PASSWORD],
  ['NOPERM', ALLOW],
  ['ERR', 'Compare the password and the database number in REDIS_URL with the settings of Redis.'],
  ['not_redis', OTHER],
]);
