// What a sign-in and a view cost: every client warmed up alike, then measured in turn, round after round.

import { repeat, signIn, view } from './load.mjs';
import { usageDuring } from './processes.mjs';

export const AT_ONCE = 8;
/** Sign-ins one at a time, in each round. */
const ALONE = 50;

/**
 * V8 compiles hot code late: a sign-in costs twice as much at first, and goes on getting cheaper for some thousands.
 * @returns the cookies of those who are signed in
 */
export async function warmUp(port, times) {
  const jars = [];
  await repeat(times, AT_ONCE, async () => jars.push((await signIn(port)).jar));
  await repeat(times, AT_ONCE, (number) => view(port, jars[number % AT_ONCE]));
  return jars;
}

/** How many sessions a client holds after that: this app, as it ships, takes no more than 10,000. */
export function sessionsAfter(warmUps, rounds, signIns) {
  return warmUps + rounds * (signIns + ALONE + AT_ONCE) + 100;
}

/** Fills each client's `figures`: a list a figure, with an entry a round. */
export async function measureRounds(clients, provider, { rounds, signIns, warmUps, say }) {
  say(`Warming up: ${warmUps} sign-ins and views at each client`);
  await Promise.all(clients.map(({ port }) => warmUp(port, warmUps)));
  for (const client of clients) {
    client.figures = {
      signInUs: [],
      viewUs: [],
      perSecond: [],
      callbackMs: [],
      clientBusy: [],
      providerUs: [],
      providerBusy: [],
    };
  }
  for (let round = 0; round < rounds; round += 1) {
    say(`Round ${round + 1} of ${rounds}`);
    // Each round begins with another client, so that none always follows the same one.
    for (let turn = 0; turn < clients.length; turn += 1) {
      await measure(clients[(turn + round) % clients.length], provider, signIns);
    }
  }
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
