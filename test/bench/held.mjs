// This app alone: does a view cost more if the store has more sessions? The store is filled with copies of one session.

import { startClient } from './clients.mjs';
import { repeat, signIn, view } from './load.mjs';
import { ask, stop, usageDuring } from './processes.mjs';
import { AT_ONCE, warmUp } from './rounds.mjs';
import { median, ratio } from './statistics.mjs';

const WARM_UPS = 500;
const VIEWS = 300;
/** Sessions that are written at the same time. */
const AT_A_TIME = 1_000;

/** @returns for each store and number of sessions the CPU µs of a view, and the ratio to the fewest sessions in each round */
export async function measureHeld(app, { viewed, rounds, redis, say }) {
  const memory = { ...app, file: 'held-app.mjs' };
  const rows = await measureStore('memory', viewed, {
    start: (sessions) => startFull(memory, sessions),
    rounds,
    say,
  });
  if (!redis) return rows;
  const start = (sessions, index) =>
    startFull(memory, sessions, `redis://127.0.0.1:${redis.port}/${12 + index}`);
  return [...rows, ...(await measureStore('Redis', viewed, { start, rounds, say }))];
}

async function measureStore(store, viewed, { start, rounds, say }) {
  say(`Sessions held in ${store}: ${viewed.join(', ')}`);
  const full = [];
  for (const [index, sessions] of viewed.entries()) full.push(await start(sessions, index));
  const us = viewed.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < full.length; turn += 1) {
      const index = (turn + round) % full.length;
      us[index].push(await viewUs(full[index]));
    }
  }
  for (const { process: child } of full) await stop(child);
  return viewed.map((sessions, index) => ({
    title: `${store}, ${sessions} sessions`,
    viewUs: median(us[index]),
    ratio: ratio(us[index], us[0]),
  }));
}

async function startFull(app, sessions, redisUrl) {
  const { port, process: child } = await startClient(app, { env: redisUrl && { REDIS_URL: redisUrl } });
  await warmUp(port, WARM_UPS);
  const { jar } = await signIn(port);
  const [, id] = decodeURIComponent(jar.get('pingone_session')).match(/^s:([^.]+)/);
  for (let first = 0; first < sessions; first += AT_A_TIME) {
    await ask(child, `fill ${first} ${Math.min(AT_A_TIME, sessions - first)} ${id}`);
  }
  return { port, process: child, jar };
}

async function viewUs({ port, process: child, jar }) {
  const { used } = await usageDuring([child], () => repeat(VIEWS, AT_ONCE, () => view(port, jar)));
  return used[0].cpuUs / VIEWS;
}
