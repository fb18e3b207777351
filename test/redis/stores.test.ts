// The stores in a real Redis: what they keep, for how long, and how they react to failures of Redis.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEncryption } from '../../src/sign-in/index.ts';
import { checkRedisCommands, createRedisStores, type Stores } from '../../src/stores/index.ts';
import { connectRedis } from '../../src/stores/redis/connection.ts';
import { createRedisRecords } from '../../src/stores/redis/records.ts';
import { createRedisSessions } from '../../src/stores/redis/sessions.ts';
import { testEndedSessions } from '../stores/ended-sessions.ts';
import { promised, sessionOf } from '../stores/helpers.ts';
import { redisForTest } from './server.ts';

const SECRET = 'a-session-secret-of-the-tests-0123456789';
const HALF_HOUR_MS = 30 * 60 * 1000;

/** A logger, and its lines as JSON. */
function createLog() {
  const lines: string[] = [];
  const write = (details: object, message: string) =>
    void lines.push(JSON.stringify({ message, ...details }));
  return { lines, logger: { info: write, warn: write, error: write } };
}

async function openStores(url: string, secrets = [SECRET]): Promise<Stores & { log: string[] }> {
  const { lines, logger } = createLog();
  const stores = await createRedisStores(url, secrets, logger);
  onTestFinished(() => stores.close());
  return { ...stores, log: lines };
}

type Redis = Awaited<ReturnType<typeof redisForTest>>;

const keysOf = async (redis: Redis, prefix: string) =>
  [...(await redis.content()).keys()].filter((key) => key.startsWith(`pingone:${prefix}:`));

testEndedSessions(async () => (await openStores((await redisForTest()).url)).sessions);

test('two stores with one Redis share sessions, claims and records', async () => {
  const { url } = await redisForTest();
  const [one, two] = [await openStores(url), await openStores(url)];
  await promised(one.sessions).set('a', { name: 'Ada' });
  expect(await promised(two.sessions).get('a')).toMatchObject({ name: 'Ada' });
  await promised(two.sessions).destroy('a');
  await promised(one.sessions).set('a', { name: 'Ada' });
  expect(await promised(one.sessions).get('a')).toBeNull();
  expect([await one.shared.claim('s', 1_000), await two.shared.claim('s', 1_000)]).toEqual([true, false]);
  await one.records.set('r', () => 'text');
  expect(await two.records.get('r')).toBe('text');
  await two.records.delete('r');
  expect(await one.records.get('r')).toBeUndefined();
});

test('destroying a session that does not exist writes nothing, so sign-outs cannot fill Redis', async () => {
  const redis = await redisForTest();
  const sessions = promised((await openStores(redis.url)).sessions);
  await Promise.all(Array.from({ length: 200 }, (_, index) => sessions.destroy(`made up ${index}`)));
  expect(await keysOf(redis, 'session')).toEqual([]);
  await sessions.set('a', {});
  await sessions.destroy('a');
  expect(await keysOf(redis, 'session')).toHaveLength(1);
});

test('of 50 simultaneous claims of one key through two stores, one succeeds', async () => {
  const { url } = await redisForTest();
  const stores = [await openStores(url), await openStores(url)];
  const claims = Array.from({ length: 50 }, (_, at) => stores[at % 2]?.shared.claim('s', 5_000));
  expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
});

test('a store releases only its own claim, also after that claim has expired', async () => {
  const redis = await redisForTest();
  const [one, two] = [await openStores(redis.url), await openStores(redis.url)];
  await one.shared.claim('lock', 60_000);
  await two.shared.release('lock');
  expect(await two.shared.claim('lock', 60_000)).toBe(false);
  // Delete the key, as if the first claim had expired.
  await redis.do((client) => client.del('pingone:claim:lock'));
  expect(await two.shared.claim('lock', 60_000)).toBe(true);
  await one.shared.release('lock');
  expect(await one.shared.claim('lock', 60_000)).toBe(false);
  await two.shared.release('lock');
  expect(await one.shared.claim('lock', 60_000)).toBe(true);
});

test('all content in Redis is encrypted, and all keys expire', async () => {
  const redis = await redisForTest();
  const { sessions, shared, records } = await openStores(redis.url);
  await promised(sessions).set('the-session-id', sessionOf('Ada', { token: 'the-token' }));
  await promised(sessions).set('ended', {});
  await promised(sessions).destroy('ended');
  await shared.claim('claimed', 600_000);
  await records.set('recorded', () => 'the-record');
  const held = [...(await redis.content())].flat().join('\n');
  for (const text of ['the-session-id', 'Ada', 'subject', 'the-token', 'the-record', SECRET]) {
    expect(held.includes(text), text).toBe(false);
  }
  const limits = {
    session: HALF_HOUR_MS,
    user: HALF_HOUR_MS,
    claim: 600_000,
    record: 3_600_000,
    records: 3_600_000,
  };
  const keys = [...(await redis.content()).keys()];
  expect(keys).toHaveLength(6);
  for (const key of keys) {
    const leftMs = await redis.do((client) => client.pTTL(key));
    const limit = Object.entries(limits).find(([name]) => name === key.split(':')[1])?.[1] ?? 0;
    expect(leftMs, key).toBeGreaterThan(limit - 60_000);
    expect(leftMs, key).toBeLessThanOrEqual(limit);
  }
});

test('loading a session renews the half hour that Redis keeps it', async () => {
  const redis = await redisForTest();
  const { sessions } = await openStores(redis.url);
  await promised(sessions).set('a', {});
  const [key = ''] = await keysOf(redis, 'session');
  await redis.do((client) => client.expire(key, 100));
  await promised(sessions).get('a');
  expect(await redis.do((client) => client.pTTL(key))).toBeGreaterThan(HALF_HOUR_MS - 60_000);
});

test.each<[string, (value: string, other: string) => string]>([
  ['changed', (value) => `${value.slice(0, 40)}${value[40] === 'A' ? 'B' : 'A'}${value.slice(41)}`],
  ['cut', (value) => value.slice(0, 20)],
  ['the content of another session', (_, other) => other],
  ['not encrypted', () => JSON.stringify({ cookie: {}, ...sessionOf('me') })],
])('a session whose content is %s counts as absent, and causes no error', async (_, change) => {
  const redis = await redisForTest();
  const { get, set } = promised((await openStores(redis.url)).sessions);
  await set('a', { name: 'Ada' });
  await set('b', { name: 'Ben' });
  const keys = await keysOf(redis, 'session');
  await redis.do(async (client) => {
    const values = await Promise.all(keys.map(async (key) => (await client.get(key)) ?? ''));
    for (const [at, key] of keys.entries()) {
      await client.set(key, change(values[at] ?? '', values[1 - at] ?? ''));
    }
  });
  expect([await get('a'), await get('b')]).toEqual([null, null]);
});

test('sessions can be read while the earlier secret is listed, and not after it was removed', async () => {
  const { url } = await redisForTest();
  const newer = 'a-newer-secret-of-the-tests-0123456789abcdef';
  await promised((await openStores(url)).sessions).set('a', { name: 'Ada' });
  expect(await promised((await openStores(url, [newer, SECRET])).sessions).get('a')).toBeTruthy();
  expect(await promised((await openStores(url, [newer])).sessions).get('a')).toBeNull();
});

test('beyond the limit the oldest record is deleted, and writing a record again makes it the newest', async () => {
  const redis = await redisForTest();
  const { logger } = createLog();
  const connection = await connectRedis(redis.url, logger);
  onTestFinished(connection.close);
  const records = createRedisRecords(connection, createEncryption([SECRET], 'tests'), 3);
  for (const id of ['a', 'b', 'c', 'a', 'd']) {
    await records.set(id, () => id);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const left = await Promise.all(['a', 'b', 'c', 'd'].map((id) => records.get(id)));
  expect(left).toEqual(['a', undefined, 'c', 'd']);
  expect(await keysOf(redis, 'record')).toHaveLength(3);
  await records.set('e', () => 'é'.repeat(8 * 1024));
  await expect(records.set('e', () => `${'é'.repeat(8 * 1024)}x`)).rejects.toThrow(RangeError);
});

test('beyond the limit for one user, the oldest sessions of this user end, and stay ended', async () => {
  const redis = await redisForTest();
  const connection = await connectRedis(redis.url, createLog().logger);
  onTestFinished(connection.close);
  const store = promised(createRedisSessions(connection, createEncryption([SECRET], 'tests'), 3));
  const left = async (...ids: string[]) => {
    const found = await Promise.all(ids.map(async (id) => ((await store.get(id)) ? id : '')));
    return found.join('');
  };
  await store.set('a', sessionOf('ada'));
  for (const id of ['1', '2', '3', '4']) {
    await store.set(id, sessionOf('eve'));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(await left('a', '1', '2', '3', '4')).toBe('a234');
  await store.set('1', {});
  expect(await left('1')).toBe('');
  // Writing a session again makes it the newest. Sessions without a user do not count.
  await store.set('2', sessionOf('eve'));
  for (const id of ['v', 'w', 'x', 'y']) await store.set(id, {});
  await store.set('5', sessionOf('eve'));
  expect(await left('a', '2', '3', '4', '5', 'v')).toBe('a245v');
});

test('simultaneous writes through two stores delete no more sessions and records than necessary', async () => {
  const { url } = await redisForTest();
  const connections = [
    await connectRedis(url, createLog().logger),
    await connectRedis(url, createLog().logger),
  ];
  for (const { close } of connections) onTestFinished(close);
  const encryption = createEncryption([SECRET], 'tests');
  const stores = connections.map((connection) => promised(createRedisSessions(connection, encryption, 3)));
  const records = connections.map((connection) => createRedisRecords(connection, encryption, 3));
  const twelve = Array.from({ length: 12 }, (_, index) => String(index));
  const held = async (find: (id: string) => Promise<unknown> | undefined) =>
    (await Promise.all(twelve.map(find))).filter(Boolean);
  await Promise.all(twelve.map((id, at) => stores[at % 2]?.set(id, sessionOf('eve'))));
  expect(await held((id) => stores[0]?.get(id))).toHaveLength(3);
  await Promise.all(twelve.map((id, at) => records[at % 2]?.set(id, () => 'text')));
  expect(await held((id) => records[0]?.get(id))).toHaveLength(3);
});

/** Calls each function of the stores. @returns for each, 'ok' or the code of its error */
async function failuresOf({ sessions, shared, records }: Stores): Promise<string[]> {
  const { get, set, destroy } = promised(sessions);
  const all = [
    get('a'),
    set('a', {}),
    destroy('a'),
    shared.claim('a', 1_000),
    shared.release('a'),
    records.set('a', () => ''),
    records.get('a'),
    records.delete('a'),
  ];
  const results = await Promise.allSettled(all);
  return results.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'));
}

test('without Redis, the stores open after 2 s and fail at once, and they work when Redis starts', async () => {
  const redis = await redisForTest();
  await redis.kill();
  const openedAt = performance.now();
  const stores = await openStores(redis.url);
  expect(performance.now() - openedAt).toBeLessThan(3_000);
  const askedAt = performance.now();
  expect(await failuresOf(stores)).toEqual(Array(8).fill('ClientOfflineError'));
  expect(performance.now() - askedAt).toBeLessThan(500);
  expect(stores.log).toEqual(['{"message":"Redis is not available","reason":"ECONNREFUSED"}']);
  await redis.start();
  await expect.poll(() => stores.log.at(-1), { timeout: 10_000 }).toContain('available again');
  expect(await failuresOf(stores)).toEqual(Array(8).fill('ok'));
});

test('if Redis hangs, the stores fail after 2 s, and they work when it continues', async () => {
  const redis = await redisForTest();
  const stores = await openStores(redis.url);
  redis.pause();
  const askedAt = performance.now();
  expect(await failuresOf(stores)).toEqual(Array(8).fill('timeout'));
  const tookMs = performance.now() - askedAt;
  expect(tookMs).toBeGreaterThan(1_900);
  expect(tookMs).toBeLessThan(3_500);
  await new Promise((resolve) => setTimeout(resolve, 7_500));
  redis.goOn();
  await expect.poll(() => failuresOf(stores), { timeout: 15_000 }).toEqual(Array(8).fill('ok'));
});

/** An address that can lead new connections to another server, as the host name of a primary does after a failover. */
async function addressOf(firstPort: number) {
  const address = { port: firstPort, connections: 0, trialDelayMs: 0 };
  const live = new Set<Socket>();
  const cut = new Set<Socket>();
  const server = createServer((near) => {
    address.connections += 1;
    live.add(near);
    const far = connect(address.port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => {});
    let chunks = 0;
    near.on('data', (data) => {
      // The first chunk is the handshake, and the second one tries the commands.
      chunks += 1;
      if (!cut.has(near)) setTimeout(() => far.write(data), chunks === 2 ? address.trialDelayMs : 0);
    });
    far.on('data', (data) => cut.has(near) || near.write(data));
    near.on('close', () => far.destroy());
    far.on('close', () => cut.has(near) || near.destroy());
  });
  const port = await portOf(server);
  /** From now on, the existing connections transfer nothing, and stay open. */
  const cutSilently = () => live.forEach((socket) => void cut.add(socket));
  return Object.assign(address, {
    urlFor: (password: string) => `redis://:${password}@127.0.0.1:${port}`,
    cutSilently,
  });
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const silentServer = () => portOf(createServer((socket) => void socket.on('error', () => {})));
/** Node's HTTP server rejects the commands of the Redis client. */
const httpServer = () => portOf(createHttpServer());

/** Accepts any password, and returns the same error for every other command. */
function serverThatReturns(error: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, name] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(name === 'HELLO' || name === 'CLIENT' ? '+OK\r\n' : `-${error}\r\n`);
      }
    });
  });
  return portOf(server);
}

/** Makes a Redis the replica of another one. It keeps its connections, as an old primary does after a failover. */
async function becomeReplica(old: Redis, primary: Redis): Promise<number> {
  await old.do(async (client) => {
    await client.configSet('masterauth', primary.password);
    await client.sendCommand(['REPLICAOF', '127.0.0.1', String(primary.port)]);
  });
  return old.port;
}

test.each<[string, (old: Redis, primary: Redis) => Promise<number>]>([
  ['READONLY', becomeReplica],
  ['LOADING', () => serverThatReturns('LOADING Redis is loading the dataset in memory')],
  [
    'MASTERDOWN',
    () =>
      serverThatReturns("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  ],
])(
  'after the Redis error %s, the stores open new connections until one leads to the primary',
  async (word, change) => {
    const password = 'the-same-for-both';
    const [old, primary] = [await redisForTest(password), await redisForTest(password)];
    const address = await addressOf(old.port);
    const stores = await openStores(address.urlFor(password));
    expect(await failuresOf(stores)).toEqual(Array(8).fill('ok'));
    address.port = await change(old, primary);
    // Only a new connection can reach the other server.
    if (address.port !== old.port) await old.kill();
    await expect.poll(() => failuresOf(stores), { timeout: 5_000 }).toContain(word);
    // Meanwhile, the stores try again about once a second, and log it only once.
    const before = address.connections;
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    expect(address.connections - before).toBeGreaterThanOrEqual(2);
    expect(address.connections - before).toBeLessThanOrEqual(5);
    expect(stores.log.filter((line) => line.includes('not available'))).toHaveLength(1);
    expect(stores.log.filter((line) => line.includes('again'))).toEqual([]);
    address.port = primary.port;
    await expect.poll(() => failuresOf(stores), { timeout: 5_000 }).toEqual(Array(8).fill('ok'));
    expect(stores.log.at(-1)).toContain('Redis is available again');
  },
);

test('the stores replace a connection that was cut silently', async () => {
  const redis = await redisForTest();
  const address = await addressOf(redis.port);
  const stores = await openStores(address.urlFor(redis.password));
  address.cutSilently();
  expect(await failuresOf(stores)).toEqual(Array(8).fill('timeout'));
  await expect.poll(() => failuresOf(stores), { timeout: 15_000 }).toEqual(Array(8).fill('ok'));
});

test('a Redis that is slow after its start is available once it responds in time', async () => {
  const redis = await redisForTest();
  await redis.kill();
  const address = await addressOf(redis.port);
  const stores = await openStores(address.urlFor(redis.password));
  address.trialDelayMs = 2_500;
  await redis.start();
  await expect.poll(() => stores.log.at(-1), { timeout: 15_000 }).toContain('available again');
  expect(address.connections).toBeLessThan(15);
  expect(await failuresOf(stores)).toEqual(Array(8).fill('ok'));
});

test('the stores replace a connection that was cut during its handshake', async () => {
  const redis = await redisForTest();
  const address = await addressOf(await silentServer());
  const stores = await openStores(address.urlFor(redis.password));
  address.port = redis.port;
  await expect.poll(() => failuresOf(stores), { timeout: 20_000 }).toEqual(Array(8).fill('ok'));
});

const APP_PASSWORD = randomBytes(16).toString('hex');

/** Creates a Redis user with all permissions except these commands. */
async function userWithout(redis: Redis, ...commands: string[]): Promise<string> {
  await redis.do((client) =>
    client.sendCommand([
      'ACL',
      'SETUSER',
      'app',
      'on',
      `>${APP_PASSWORD}`,
      '~pingone:*',
      '+@all',
      ...commands.map((one) => `-${one}`),
    ]),
  );
  return `redis://app:${APP_PASSWORD}@127.0.0.1:${redis.port}`;
}

const COMMANDS = ['PING', 'SET', 'GET', 'GETEX', 'EVAL', 'DEL', 'ZADD', 'PEXPIRE', 'ZCARD', 'ZPOPMIN'];

test.each(COMMANDS)(
  'a Redis user without the permission for %s is reported at start and by the doctor',
  async (command) => {
    const url = await userWithout(await redisForTest(), command.toLowerCase());
    const expected = [{ command, code: 'NOPERM' }];
    // A script needs the permission for each command that it contains.
    if (['SET', 'GET', 'DEL'].includes(command)) expected.push({ command: 'EVAL', code: 'ERR' });
    const found = await checkRedisCommands(url);
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
    const { log } = await openStores(url);
    await expect.poll(() => log.join()).toContain('Redis rejects commands that this app needs');
    expect(log.join()).toContain(`${command} (NOPERM)`);
    expect(log.join()).not.toContain(APP_PASSWORD);
  },
);

test('the check tries exactly the commands that the stores use', async () => {
  const redis = await redisForTest();
  const { logger } = createLog();
  const connection = await connectRedis(redis.url, logger);
  onTestFinished(connection.close);
  const used = async (work: () => Promise<unknown>) => {
    await redis.do((client) => client.configResetStat());
    await work();
    const stats = await redis.do((client) => client.info('commandstats'));
    const names = [...stats.matchAll(/cmdstat_(\w+)/g)].map(([, name = '']) => name.toUpperCase());
    return names.filter((name) => !['HELLO', 'CLIENT', 'INFO', 'CONFIG', 'AUTH'].includes(name)).sort();
  };
  const tried = await used(() => checkRedisCommands(redis.url));
  const needed = await used(async () => {
    const stores = await openStores(redis.url);
    expect(await failuresOf(stores)).toEqual(Array(8).fill('ok'));
    const records = createRedisRecords(connection, createEncryption([SECRET], 'tests'), 1);
    for (const id of ['a', 'b']) await records.set(id, () => '');
    await connection.send((client) => client.ping());
  });
  expect(tried).toEqual([...COMMANDS].sort());
  expect(needed).toEqual(tried);
});

test('the check of the commands leaves no keys in Redis', async () => {
  const redis = await redisForTest();
  expect(await checkRedisCommands(redis.url)).toEqual([]);
  // Without the permission to delete them, the keys expire.
  expect(await checkRedisCommands(await userWithout(redis, 'del', 'zpopmin'))).toHaveLength(3);
  expect([...(await redis.content()).keys()]).toHaveLength(2);
  await expect.poll(async () => [...(await redis.content()).keys()], { timeout: 3_000 }).toEqual([]);
});

test.each<[string, (url: string) => string | Promise<string>, string]>([
  ['does not accept the password', (url) => url.replace(/:[0-9a-f]+@/, ':wrong-password@'), 'WRONGPASS'],
  ['requires a password that REDIS_URL does not have', (url) => url.replace(/:[0-9a-f]+@/, ''), 'NOAUTH'],
  ['does not run', () => 'redis://:secret-password@127.0.0.1:1', 'ECONNREFUSED'],
  ['is not Redis', async () => `redis://:secret-password@127.0.0.1:${await httpServer()}`, 'not_redis'],
  ['never responds', async () => `redis://:secret-password@127.0.0.1:${await silentServer()}`, 'timeout'],
])(
  'for a Redis that %s, the log and the doctor get one word as the reason, and no password',
  async (_, change, code) => {
    const redis = await redisForTest();
    const url = await change(redis.url);
    const error = await checkRedisCommands(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StoreError', code, status: 503, expose: false });
    const { log } = await openStores(url);
    if (code !== 'timeout') expect(log[0]).toBe(`{"message":"Redis is not available","reason":"${code}"}`);
    for (const secret of [redis.password, 'wrong-password', 'secret-password']) {
      expect(JSON.stringify(error) + String(error) + log.join()).not.toContain(secret);
    }
  },
);
