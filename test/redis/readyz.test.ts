// GET /readyz, GET /healthz and the permissions of the Redis user, as src/web/DEPLOYING.md describes them.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkRedisCommands } from '../../src/stores/index.ts';
import { createBrowser } from '../helpers/browser.ts';
import { profileAt, signedIn, twoApps } from './helpers.ts';
import { redisForTest } from './server.ts';

test('after the app has reached PingOne once, /readyz depends only on Redis', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const readyz = async () => {
    const { status, body } = await createBrowser().get(`${apps.one.url}/readyz`);
    return [status, JSON.parse(body)];
  };
  const ok = [200, { status: 'ok' }];
  await expect.poll(readyz).toEqual(ok);
  const browser = await signedIn(apps);
  await apps.provider.close();
  expect(await readyz()).toEqual(ok);
  expect((await profileAt(browser, apps.one.url)).status).toBe(200);

  await redis.kill();
  const unavailable = [503, { status: 'unavailable', reason: 'session_unavailable' }];
  await expect.poll(readyz).toEqual(unavailable);
  expect((await createBrowser().get(`${apps.one.url}/healthz`)).status).toBe(200);
  await redis.start();
  await expect.poll(readyz, { timeout: 10_000 }).toEqual(ok);
});

test('the log of a request contains the first word of a Redis error, and none of its other words', async () => {
  const redis = await redisForTest();
  const apps = await twoApps(redis.url);
  const browser = await signedIn(apps);
  await redis.do((client) => client.configSet('min-replicas-to-write', '1'));
  expect((await profileAt(browser, apps.one.url)).status).toBe(503);
  await apps.one.says('"code":"NOREPLICAS"');
  expect(apps.one.stdout()).not.toContain('Not enough good replicas');
});

test('the permissions that the guide gives to the Redis user are sufficient, and not broader than needed', async () => {
  const guide = readFileSync(new URL('../../src/web/DEPLOYING.md', import.meta.url), 'utf8');
  const [, line = ''] = /^ *ACL SETUSER (.+)$/m.exec(guide) ?? [];
  const rights = line.replace('<password>', 'made-up');
  const redis = await redisForTest();
  await redis.do((client) => client.sendCommand(['ACL', 'SETUSER', ...rights.split(' ')]));
  const [user] = rights.split(' ');
  const url = `redis://${user}:made-up@127.0.0.1:${redis.port}`;
  expect(await checkRedisCommands(url)).toEqual([]);
  const apps = await twoApps(url);
  expect((await profileAt(await signedIn(apps), apps.two.url)).status).toBe(200);
  expect(apps.one.stdout() + apps.two.stdout()).not.toContain('Redis rejects commands');
  // Other commands and other keys are not allowed.
  for (const command of [['KEYS', '*'], ['CONFIG', 'GET', '*'], ['FLUSHALL'], ['GET', 'other']]) {
    const allowed = await redis.do((client) => client.sendCommand(['ACL', 'DRYRUN', user ?? '', ...command]));
    expect(String(allowed), command.join(' ')).not.toBe('OK');
  }
});
