// This app alone: does a sign-in cost more if the app has more sessions, or if more users sign in at the same time?

import { startClient } from './clients.mjs';
import { fill, repeat, signIn, signOut, view } from './load.mjs';
import { ask, stop, usageDuring } from './processes.mjs';
import { AT_ONCE, warmUp } from './rounds.mjs';
import { median, ratio } from './statistics.mjs';

const SIGN_INS_AT_ONCE = [1, 10, 100];

/**
 * Measures a process for each number of sessions in turn, after the same warm-up. Then it measures one of them with 1, 10
 * and 100 sign-ins at the same time. The sessions of the warm-up and of the measurement are signed out again, unmeasured.
 */
export async function measureGrowth(app, { held, rounds, signIns, warmUps, redis, say }) {
  // The measured sign-ins bring the last process to its number of sessions.
  const most = held.at(-1) - signIns;
  say(`${redis ? 'Redis' : 'Growth'}: ${held.length} processes that hold up to ${most} sessions`);
  const starting = held.map((sessions, database) => {
    const env = redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}/${database}` };
    return startWithSessions(app, Math.min(sessions, most), { most, warmUps, env });
  });
  const processes = await Promise.all(starting);
  const growth = {
    sessions: await measureEach(held, rounds, (index) => signInUs(processes[index], signIns, AT_ONCE), say),
    atOnce: await measureEach(
      SIGN_INS_AT_ONCE,
      rounds,
      (index) => signInUs(processes[0], Math.max(signIns, 100), SIGN_INS_AT_ONCE[index]),
      say,
    ),
    ...(redis && { commands: await commandsOf(redis.process, processes[0].port) }),
  };
  for (const { process: child } of processes) await stop(child);
  return growth;
}

/** Each process signs in equally often before it is measured, so that V8 has compiled the same code in all of them. */
async function startWithSessions(app, sessions, { most, warmUps, env }) {
  const { port, process: child } = await startClient(app, { env });
  await signAllOut(port, await warmUp(port, warmUps));
  const jars = [];
  await repeat(most, AT_ONCE, async () => jars.push(await fill(port)));
  await signAllOut(port, jars.slice(sessions));
  return { port, process: child };
}

async function signAllOut(port, jars) {
  await repeat(jars.length, AT_ONCE, (number) => signOut(port, jars[number]));
}

/** @returns for each size the CPU µs of a sign-in, and the ratio to the first size within each round */
async function measureEach(sizes, rounds, measure, say) {
  const us = sizes.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    say(`Growth: round ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < sizes.length; turn += 1) {
      const index = (turn + round) % sizes.length;
      us[index].push(await measure(index));
    }
  }
  return sizes.map((size, index) => ({
    size,
    signInUs: median(us[index]),
    ratio: ratio(us[index], us[0]),
  }));
}

async function signInUs({ port, process: child }, signIns, atOnce) {
  const jars = [];
  const { used } = await usageDuring([child], () =>
    repeat(signIns, atOnce, async () => jars.push((await signIn(port)).jar)),
  );
  await signAllOut(port, jars);
  return used[0].cpuUs / signIns;
}

const COUNTED = 20;

/** Counts the Redis commands of a sign-in (/login and /callback), and of a view. */
async function commandsOf(redis, port) {
  const during = async (work) => {
    await ask(redis, 'forget commands');
    await work();
    const counts = Object.entries(await ask(redis, 'commands'));
    return Object.fromEntries(counts.map(([name, count]) => [name, count / COUNTED]));
  };
  const { jar } = await signIn(port);
  return {
    signIn: await during(() => repeat(COUNTED, 1, () => fill(port))),
    view: await during(() => repeat(COUNTED, 1, () => view(port, jar))),
  };
}
