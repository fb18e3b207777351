// What a sign-in and a view cost, in several sets of processes.

import { startClient } from './clients.mjs';
import { fill, repeat, signIn, view } from './load.mjs';
import { stop, usageDuring } from './processes.mjs';

export const AT_ONCE = 8;
/** Sign-ins one at a time, in each round. */
const ALONE = 30;
const FIGURES = ['signInUs', 'viewUs', 'perSecond', 'callbackMs', 'clientBusy', 'providerUs', 'providerBusy'];

/**
 * V8 compiles hot code late: a sign-in costs twice as much at first, and goes on getting cheaper for some thousands.
 * @returns the cookies of those who are signed in
 */
export async function warmUp(port, times) {
  const jars = [];
  await repeat(times, AT_ONCE, async () => jars.push(await fill(port)));
  await repeat(times, AT_ONCE, (number) => view(port, jars[number % AT_ONCE]));
  return jars;
}

/**
 * A set is a fresh process of each client, all warmed up alike and then measured in turn, round after round: one process
 * differs from the next of the same client by more than rounds within it do. Fills each client's `figures`: a list for each
 * figure, with an entry for each round of each set.
 * @param untilMs on the clock of performance.now(): a set that would end later does not start, but the first two do
 * @returns how many sets were measured
 */
export async function measureSets(clients, provider, { sets, untilMs, say, ...size }) {
  for (const client of clients) client.figures = Object.fromEntries(FIGURES.map((name) => [name, []]));
  const startedAt = performance.now();
  for (let done = 0; done < sets; done += 1) {
    const untilNextMs = performance.now() + (performance.now() - startedAt) / done;
    if (done >= 2 && untilNextMs > untilMs) return done;
    say(
      `Set ${done + 1} of ${sets}: ${size.warmUps} sign-ins and views at each client to warm up, then ${size.rounds} rounds`,
    );
    await measureSet(clients, provider, size);
  }
  return sets;
}

async function measureSet(clients, provider, { rounds, signIns, warmUps }) {
  const started = await Promise.all(
    clients.map(async (client) => ({ figures: client.figures, ...(await startClient(client)) })),
  );
  await Promise.all(started.map(({ port }) => warmUp(port, warmUps)));
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another client, so that none always follows the same one.
    for (let turn = 0; turn < started.length; turn += 1) {
      await measure(started[(turn + round) % started.length], provider, signIns);
    }
  }
  for (const client of started) await stop(client.process);
}

async function measure({ port, process: child, figures }, provider, signIns) {
  const during = await usageDuring([child, provider], () => repeat(signIns, AT_ONCE, () => signIn(port)));
  const [client, asked] = during.used;
  figures.signInUs.push(client.cpuUs / signIns);
  figures.perSecond.push(signIns / (during.wallMs / 1_000));
  figures.clientBusy.push(client.busy);
  figures.providerUs.push(asked.cpuUs / signIns);
  figures.providerBusy.push(asked.busy);

  const jars = [];
  await repeat(AT_ONCE, 1, async () => jars.push((await signIn(port)).jar));
  const views = signIns * 2;
  const viewing = await usageDuring([child], () =>
    repeat(views, AT_ONCE, (number) => view(port, jars[number % AT_ONCE])),
  );
  figures.viewUs.push(viewing.used[0].cpuUs / views);

  await repeat(ALONE, 1, async () => figures.callbackMs.push((await signIn(port)).callbackMs));
}
