// The stores in a real Redis: what they keep, for how long, and what they do when it is not as it should be.

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

/** The lines of a log, each as JSON. */
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

test('two processes share sessions, claims and records', async () => {
  const { url } = await redisForTest();
  const [one, two] = [await openStores(url), await openStores(url)];
  await promised(one.sessions).set('a', { name: 'Ada' });
  expect(await promised(two.sessions).get('a')).toMatchObject({ name: 'Ada' });
  await promised(two.sessions).destroy('a');
  await promised(one.sessions).set('a', { name: 'Ada' });
  expect(await promised(one.sessions).get('a')).toBeNull();
  expect([await one.shared.claim('s', 1_000), await two.shared.claim('s', 1_000)]).toEqual([true, false]);
  await one.records.set('r', 'text');
  expect(await two.records.get('r')).toBe('text');
  await two.records.delete('r');
  expect(await one.records.get('r')).toBeUndefined();
});

test('the end of a session that is not there leaves nothing behind, so sign-outs cannot fill Redis', async () => {
  const redis = await redisForTest();
  const sessions = promised((await openStores(redis.url)).sessions);
  await Promise.all(Array.from({ length: 200 }, (_, index) => sessions.destroy(`made up ${index}`)));
  expect(await keysOf(redis, 'session')).toEqual([]);
  await sessions.set('a', {});
  await sessions.destroy('a');
  expect(await keysOf(redis, 'session')).toHaveLength(1);
});

test('of 50 claims at once in two processes, one is made', async () => {
  const { url } = await redisForTest();
  const stores = [await openStores(url), await openStores(url)];
  const claims = Array.from({ length: 50 }, (_, at) => stores[at % 2]?.shared.claim('s', 5_000));
  expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
});

test('only the process that made a claim releases it, also when it comes late', async () => {
  const redis = await redisForTest();
  const [one, two] = [await openStores(redis.url), await openStores(redis.url)];
  await one.shared.claim('lock', 60_000);
  await two.shared.release('lock');
  expect(await two.shared.claim('lock', 60_000)).toBe(false);
  // As if the time of the first had passed.
  await redis.do((client) => client.del('pingone:claim:lock'));
  expect(await two.shared.claim('lock', 60_000)).toBe(true);
  await one.shared.release('lock');
  expect(await one.shared.claim('lock', 60_000)).toBe(false);
  await two.shared.release('lock');
  expect(await one.shared.claim('lock', 60_000)).toBe(true);
});

test('nothing in Redis can be read, and everything there expires', async () => {
  const redis = await redisForTest();
  const { sessions, shared, records } = await openStores(redis.url);
  await promised(sessions).set('the-session-id', sessionOf('Ada', { token: 'the-token' }));
  await promised(sessions).set('ended', {});
  await promised(sessions).destroy('ended');
  await shared.claim('claimed', 600_000);
  await records.set('recorded', 'the-record');
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

test('loading a session keeps it for another half an hour', async () => {
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
])('a session whose content is %s is no session, and no error', async (_, change) => {
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

test('a secret can be replaced, and what was encrypted with one that is gone cannot be read', async () => {
  const { url } = await redisForTest();
  const newer = 'a-newer-secret-of-the-tests-0123456789abcdef';
  await promised((await openStores(url)).sessions).set('a', { name: 'Ada' });
  expect(await promised((await openStores(url, [newer, SECRET])).sessions).get('a')).toBeTruthy();
  expect(await promised((await openStores(url, [newer])).sessions).get('a')).toBeNull();
});

test('records are bounded: the oldest is forgotten, and a record that is written again is not', async () => {
  const redis = await redisForTest();
  const { logger } = createLog();
  const connection = await connectRedis(redis.url, logger);
  onTestFinished(connection.close);
  const records = createRedisRecords(connection, createEncryption([SECRET], 'tests'), 3);
  for (const id of ['a', 'b', 'c', 'a', 'd']) {
    await records.set(id, id);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const left = await Promise.all(['a', 'b', 'c', 'd'].map((id) => records.get(id)));
  expect(left).toEqual(['a', undefined, 'c', 'd']);
  expect(await keysOf(redis, 'record')).toHaveLength(3);
  await expect(records.set('e', 'x'.repeat(16 * 1024 + 1))).rejects.toThrow(RangeError);
});

test('one account cannot fill Redis: its oldest sessions end, and stay ended', async () => {
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
  // Writing over one makes it the newest; sessions of nobody are not counted.
  await store.set('2', sessionOf('eve'));
  for (const id of ['v', 'w', 'x', 'y']) await store.set(id, {});
  await store.set('5', sessionOf('eve'));
  expect(await left('a', '2', '3', '4', '5', 'v')).toBe('a245v');
});

test('writes at the same time, in two processes, remove no more sessions and records than they must', async () => {
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
  await Promise.all(twelve.map((id, at) => records[at % 2]?.set(id, 'text')));
  expect(await held((id) => records[0]?.get(id))).toHaveLength(3);
});

/** Each function of the stores, and the code of the error that it rejects with. */
async function failuresOf({ sessions, shared, records }: Stores): Promise<string[]> {
  const { get, set, destroy } = promised(sessions);
  const all = [
    get('a'),
    set('a', {}),
    destroy('a'),
    shared.claim('a', 1_000),
    shared.release('a'),
    records.set('a', ''),
    records.get('a'),
    records.delete('a'),
  ];
  const results = await Promise.allSettled(all);
  return results.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'));
}

test('without Redis the stores open after 2 s, fail at once, and work when it comes', async () => {
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

test('a Redis that hangs gives an error after 2 s, and works when it goes on', async () => {
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

/** An address that leads to another server at each connection, as the name of a primary does after a failover. */
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
      // The first is the handshake, the second tries the commands.
      chunks += 1;
      if (!cut.has(near)) setTimeout(() => far.write(data), chunks === 2 ? address.trialDelayMs : 0);
    });
    far.on('data', (data) => cut.has(near) || near.write(data));
    near.on('close', () => far.destroy());
    far.on('close', () => cut.has(near) || near.destroy());
  });
  const port = await portOf(server);
  /** From now on nothing comes through these connections, and nothing closes them. */
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
/** Node's HTTP server refuses what Redis's client sends. */
const httpServer = () => portOf(createHttpServer());

/** Takes any password, and says the same to every other command. */
function serverThatSays(words: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, name] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
        socket.write(name === 'HELLO' || name === 'CLIENT' ? '+OK\r\n' : `-${words}\r\n`);
      }
    });
  });
  return portOf(server);
}

/** Makes a primary that has lost a failover: it keeps its connections, and follows the new one. */
async function becomeReplica(old: Redis, primary: Redis): Promise<number> {
  await old.do(async (client) => {
    await client.configSet('masterauth', primary.password);
    await client.sendCommand(['REPLICAOF', '127.0.0.1', String(primary.port)]);
  });
  return old.port;
}

test.each<[string, (old: Redis, primary: Redis) => Promise<number>]>([
  ['READONLY', becomeReplica],
  ['LOADING', () => serverThatSays('LOADING Redis is loading the dataset in memory')],
  [
    'MASTERDOWN',
    () => serverThatSays("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  ],
])('a Redis that says %s gets new connections, until one leads to the primary', async (word, change) => {
  const password = 'the-same-for-both';
  const [old, primary] = [await redisForTest(password), await redisForTest(password)];
  const address = await addressOf(old.port);
  const stores = await openStores(address.urlFor(password));
  expect(await failuresOf(stores)).toEqual(Array(8).fill('ok'));
  address.port = await change(old, primary);
  // Another server can only be met by a new connection.
  if (address.port !== old.port) await old.kill();
  await expect.poll(() => failuresOf(stores), { timeout: 5_000 }).toContain(word);
  // As long as it is so, it is tried again and again, and the log does not fill.
  const before = address.connections;
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  expect(address.connections - before).toBeGreaterThanOrEqual(2);
  expect(address.connections - before).toBeLessThanOrEqual(5);
  expect(stores.log.filter((line) => line.includes('not available'))).toHaveLength(1);
  expect(stores.log.filter((line) => line.includes('again'))).toEqual([]);
  address.port = primary.port;
  await expect.poll(() => failuresOf(stores), { timeout: 5_000 }).toEqual(Array(8).fill('ok'));
  expect(stores.log.at(-1)).toContain('Redis is available again');
});

test('a connection that was cut silently is replaced', async () => {
  const redis = await redisForTest();
  const address = await addressOf(redis.port);
  const stores = await openStores(address.urlFor(redis.password));
  address.cutSilently();
  expect(await failuresOf(stores)).toEqual(Array(8).fill('timeout'));
  await expect.poll(() => failuresOf(stores), { timeout: 15_000 }).toEqual(Array(8).fill('ok'));
});

test('a Redis that is slow when it comes back is available once it responds in time', async () => {
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

test('a connection that was cut during its handshake is replaced', async () => {
  const redis = await redisForTest();
  const address = await addressOf(await silentServer());
  const stores = await openStores(address.urlFor(redis.password));
  address.port = redis.port;
  await expect.poll(() => failuresOf(stores), { timeout: 20_000 }).toEqual(Array(8).fill('ok'));
});

const APP_PASSWORD = randomBytes(16).toString('hex');

/** Makes a user that may do everything but these commands. */
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

test.each(COMMANDS)('a user that may not use %s is found, at start and by the doctor', async (command) => {
  const url = await userWithout(await redisForTest(), command.toLowerCase());
  const expected = [{ command, code: 'NOPERM' }];
  // A script needs permission for the commands within it.
  if (['SET', 'GET', 'DEL'].includes(command)) expected.push({ command: 'EVAL', code: 'ERR' });
  const found = await checkRedisCommands(url);
  expect(found).toHaveLength(expected.length);
  expect(found).toEqual(expect.arrayContaining(expected));
  const { log } = await openStores(url);
  await expect.poll(() => log.join()).toContain('Redis refuses commands that this app needs');
  expect(log.join()).toContain(`${command} (NOPERM)`);
  expect(log.join()).not.toContain(APP_PASSWORD);
});

test('the commands that are tried are those that are used, and no others', async () => {
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
    for (const id of ['a', 'b']) await records.set(id, '');
    await connection.ask((client) => client.ping());
  });
  expect(tried).toEqual([...COMMANDS].sort());
  expect(needed).toEqual(tried);
});

test('the trial leaves nothing behind', async () => {
  const redis = await redisForTest();
  expect(await checkRedisCommands(redis.url)).toEqual([]);
  // Nor where it may not clean up.
  expect(await checkRedisCommands(await userWithout(redis, 'del', 'zpopmin'))).toHaveLength(3);
  expect([...(await redis.content()).keys()]).toHaveLength(2);
  await expect.poll(async () => [...(await redis.content()).keys()], { timeout: 3_000 }).toEqual([]);
});

test.each<[string, (url: string) => string | Promise<string>, string]>([
  ['has another password', (url) => url.replace(/:[0-9a-f]+@/, ':wrong-password@'), 'WRONGPASS'],
  ['asks for a password, and there is none', (url) => url.replace(/:[0-9a-f]+@/, ''), 'NOAUTH'],
  ['is not there', () => 'redis://:secret-password@127.0.0.1:1', 'ECONNREFUSED'],
  ['is not Redis', async () => `redis://:secret-password@127.0.0.1:${await httpServer()}`, 'not_redis'],
  ['never responds', async () => `redis://:secret-password@127.0.0.1:${await silentServer()}`, 'timeout'],
])(
  'a Redis that %s: one word says so, to the log and to the doctor, and no password',
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
