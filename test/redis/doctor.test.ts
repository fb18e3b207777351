// npm run doctor with REDIS_URL: it checks whether Redis accepts the connection and each command that this app uses.

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { examined, providerForDoctor } from '../doctor/helpers.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { SESSION_SECRET } from './helpers.ts';
import { redisForTest } from './server.ts';

async function linesWith(url?: string): Promise<string[]> {
  const { env } = await providerForDoctor();
  return examined({ ...env, SESSION_SECRET, ...(url && { REDIS_URL: url }) }, 'Redis');
}

/** The URL of a Redis user with all permissions except these rules, in the notation of ACL SETUSER. */
async function redisWithout(...rules: string[]) {
  const { url, do: withRedis } = await redisForTest();
  await withRedis((redis) =>
    redis.aclSetUser('app', ['on', '>user-password', '~pingone:*', '+@all', ...rules]),
  );
  return url.replace(/\/\/:[0-9a-f]+@/, '//app:user-password@');
}

test('the doctor reports a Redis that accepts each command', async () => {
  const { url } = await redisForTest();
  expect(await linesWith(url)).toEqual([
    expect.stringMatching(/^✓ Redis {2}127\.0\.0\.1:\d+ accepts each command that this app uses\.$/),
  ]);
});

test('a Redis user with access only to the keys of this app passes', async () => {
  expect((await linesWith(await redisWithout()))[0]).toContain('✓ Redis');
});

test.each([
  ['EVAL', ['-eval'], 'EVAL (NOPERM)'],
  ['a command within a script', ['-del'], 'EVAL (ERR), DEL (NOPERM)'],
  ['the commands of records', ['-zadd', '-zpopmin'], 'ZADD (NOPERM), ZPOPMIN (NOPERM)'],
])('the doctor reports a Redis user without %s', async (_, rules, commands) => {
  const [line, next] = await linesWith(await redisWithout(...rules));
  expect(line).toMatch(/^✗ Redis {2}127\.0\.0\.1:\d+ rejects commands that this app uses: /);
  expect(line).toContain(commands);
  expect(next).toContain(
    'Allow these commands, and the keys pingone:*, for the user in REDIS_URL (ACL SETUSER).',
  );
  expect(line).not.toContain('user-password');
});

test('the doctor reports a replica, which accepts no writes', async () => {
  const { url, do: withRedis } = await redisForTest();
  await withRedis((redis) => redis.sendCommand(['REPLICAOF', '127.0.0.1', String(1)]));
  const [line, next] = await linesWith(url);
  expect(line).toContain('SET (READONLY)');
  expect(next).toContain('a primary, not a replica.');
});

test.each([
  ['a wrong password', (url: string) => url.replace(/:[0-9a-f]+@/, ':wrong-password@'), 'WRONGPASS'],
  ['no password', (url: string) => url.replace(/:[0-9a-f]+@/, ''), 'NOAUTH'],
])('the doctor reports a Redis that requires a password if REDIS_URL has %s', async (_, change, code) => {
  const { url, password } = await redisForTest();
  const [line = '', next = ''] = await linesWith(change(url));
  expect(line).toMatch(new RegExp(`^✗ Redis .*cannot be used: ${code}\\.$`));
  expect(next).toContain('redis://:<password>@<host>');
  expect(line + next).not.toContain(password);
  expect(line + next).not.toContain('wrong-password');
});

test('the doctor reports a database that Redis does not have', async () => {
  const { url } = await redisForTest();
  const [line, next] = await linesWith(`${url}/99`);
  expect(line).toContain('cannot be used: ERR.');
  expect(next).toContain('the database number in REDIS_URL');
});

test('the doctor reports a port where no server listens', async () => {
  const [line, next] = await linesWith(`redis://127.0.0.1:${await freePort()}`);
  expect(line).toContain('cannot be used: ECONNREFUSED.');
  expect(next).toContain('Start Redis');
});

test('the doctor reports a server that accepts the connection and never responds', async () => {
  const [line] = await linesWith(`redis://127.0.0.1:${await listen(createServer())}`);
  expect(line).toContain('cannot be used: timeout.');
});

test('without REDIS_URL, the doctor checks no Redis and prints no line about it', async () => {
  expect((await linesWith()).join()).not.toContain('Redis');
});
