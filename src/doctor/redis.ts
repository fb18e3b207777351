// Where REDIS_URL is set: whether Redis accepts it, and each command that the stores use.

import { checkRedisCommands, StoreError } from '../stores/index.ts';
import { type Check, type Context, type Finding, known } from './check.ts';

/** No line without REDIS_URL. */
export const redis: Check = { name: 'Redis', needs: ['environment'], run: checkRedis };

async function checkRedis(context: Context): Promise<Finding[]> {
  const { redisUrl } = known(context.config);
  if (!redisUrl) return [];
  const { host } = new URL(redisUrl);
  try {
    const refused = await checkRedisCommands(redisUrl);
    if (refused.length === 0)
      return [{ result: 'passed', message: `${host} accepts each command that this app uses.` }];
    const commands = refused.map(({ command, code }) => `${command} (${code})`).join(', ');
    const message = `${host} rejects commands that this app uses: ${commands}.`;
    // Of a command within a script Redis says only ERR.
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
  'Write the password into REDIS_URL, percent-encoded, before the host: redis://:<password>@<host>:<port>, or <user>:<password>@.';
const OTHER = 'Another server responds there. Set REDIS_URL to the address where Redis listens.';
const START =
  'Start Redis, or set REDIS_URL to the address where it listens: redis://<host>:<port>, or rediss:// for TLS.';
/** By the code of the store's error. */
const NEXT = new Map([
  ['NOAUTH', PASSWORD],
  ['WRONGPASS', PASSWORD],
  ['NOPERM', ALLOW],
  ['ERR', 'Compare the password and the database number in REDIS_URL with the settings of Redis.'],
  ['not_redis', OTHER],
]);
