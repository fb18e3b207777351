// Measures the cost of a sign-in and of a view in several sets of processes.

import { startClient } from './clients.mjs';
import { fill, repeat, signIn, view } from './load.mjs';
import { stop, usageDuring } from './processes.mjs';

export const AT_ONCE = 8;
/** The number of sign-ins in each round that run one at a time. */
const ALONE = 30;
const FIGURES = ['signInUs', 'viewUs', 'perSecond', 'callbackMs', 'clientBusy', 'providerUs', 'providerBusy'];

/**
 * Warms up a process. V8 compiles hot code late: the first sign-ins cost twice as much, and the cost falls for thousands.
 * @returns the cookies of each signed-in user
 */
export async function warmUp(port, times) {
  const jars = [];
  await repeat(times, AT_ONCE, async () => jars.push(await fill(port)));
  await repeat(times, AT_ONCE, (number) => view(port, jars[number % AT_ONCE]));
  return jars;
}

/**
 * A set is a new process of each client. All are warmed up in the same way and then measured in turn in each round. Several
 * sets are needed, because two processes of a client differ more than two rounds of one process. Fills `figures` of each
 * client: a list for each figure, with an entry for each round of each set.
 * @param untilMs the time of performance.now() by which sets must end. The first two sets always run
 * @returns the number of measured sets
 */
export async function measureSets(clients, provider, { sets, untilMs, say, ...size }) {
  for (const client of clients) client.figures = Object.fromEntries(FIGURES.map((name) => [name, []]));
  const startedAt = performance.now();
  for (let done = 0; done < sets; done += 1) {
    const untilNextMs = performance.now() + (performance.now() - startedAt) / done;
    if (done >= 2 && untilNextMs > untilMs) return done;
    say(
      `Set ${done + 1} of ${sets}: ${size.warmUps} sign-ins and views in each client to warm up, then ${size.rounds} rounds`,
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
    // Each round starts with another client, so that no client always follows the same one.
    for (let turn = 0; turn < started.length; turn += 1) {
      await measure(started[(turn + round) % started.length], provider, signIns);
    }
  }
  for (const client of started) await stop(client.process);
}

async function measure({ port, process: child, figures }, provider, signIns) {
  const during = await usageDuring([child, provider], () => repeat(signIns, AT_ONCE, () => signIn(port)));
  const [client, providerUse] = during.used;
  figures.signInUs.push(client.cpuUs / signIns);
  figures.perSecond.push(signIns / (during.wallMs / 1_000));
  figures.clientBusy.push(client.busy);
  figures.providerUs.push(providerUse.cpuUs / signIns);
  figures.providerBusy.push(providerUse.busy);

  const jars = [];
  await repeat(AT_ONCE, 1, async () => jars.push((await signIn(port)).jar));
  const views = signIns * 2;
  const viewing = await usageDuring([child], () =>
    repeat(views, AT_ONCE, (number) => view(port, jars[number % AT_ONCE])),
  );
  figures.viewUs.push(viewing.used[0].cpuUs / views);

  await repeat(ALONE, 1, async () => figures.callbackMs.push((await signIn(port)).callbackMs));
}
