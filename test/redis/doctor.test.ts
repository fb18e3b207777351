// npm run doctor where REDIS_URL is set: whether Redis answers, and takes the password.

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { examined, standInForDoctor } from '../doctor/helpers.ts';
import { listen } from '../pingone/servers.ts';
import { freePort } from '../process/helpers.ts';
import { redisForTest, SESSION_SECRET } from './helpers.ts';

async function linesWith(url?: string): Promise<string[]> {
  const { env } = await standInForDoctor();
  return examined({ ...env, SESSION_SECRET, ...(url && { REDIS_URL: url }) }, 'Redis');
}

test('one that answers', async () => {
  const { url } = await redisForTest();
  expect(await linesWith(url)).toEqual([
    expect.stringMatching(/^✓ Redis {2}127\.0\.0\.1:\d+ answers, and accepts what REDIS_URL brings\.$/),
  ]);
});

test.each([
  ['a wrong one', (url: string) => url.replace(/:[0-9a-f]+@/, ':wrong-password@'), 'WRONGPASS'],
  ['none', (url: string) => url.replace(/:[0-9a-f]+@/, ''), 'NOAUTH'],
])('a password is asked for, and there is %s', async (_, change, fault) => {
  const { url, password } = await redisForTest();
  const [line = '', next = ''] = await linesWith(change(url));
  expect(line).toMatch(new RegExp(`^✗ Redis .*does not accept the password \\(${fault}\\)\\.$`));
  expect(next).toContain('redis://:<password>@<host>');
  expect(line + next).not.toContain(password);
  expect(line + next).not.toContain('wrong-password');
});

test('a port where nobody listens', async () => {
  const [line, next] = await linesWith(`redis://127.0.0.1:${await freePort()}`);
  expect(line).toContain('does not answer (ECONNREFUSED).');
  expect(next).toContain('Start Redis');
});

test('one that takes the connection and never answers', async () => {
  const [line] = await linesWith(`redis://127.0.0.1:${await listen(createServer())}`);
  expect(line).toContain('does not answer.');
});

test('without REDIS_URL there is nothing to look at, and no line', async () => {
  expect((await linesWith()).join()).not.toContain('Redis');
});
