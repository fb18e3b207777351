// The memory of sessions: the heap after garbage collection with different numbers of sessions, in an idle process.

import { startClient } from './clients.mjs';
import { fill, repeat } from './load.mjs';
import { ask, stop } from './processes.mjs';
import { AT_ONCE } from './rounds.mjs';

/**
 * The bytes of a session come from the difference between the last two numbers. This app keeps at most 1,000 records of
 * sign-ins, so the difference contains no records. It contains the used states, which the app remembers for 31 minutes.
 */
export async function measureMemory(clients, counts, say) {
  say(`Memory: ${counts.at(-1)} sessions in each client`);
  // The clients run at the same time, because no time is measured here.
  return Promise.all(clients.map((client) => heapsOf(client, counts)));
}

async function heapsOf(client, counts) {
  const { port, process: child } = await startClient(client);
  const heaps = [];
  let held = 0;
  for (const count of counts) {
    await repeat(count - held, AT_ONCE, () => fill(port));
    held = count;
    heaps.push(await ask(child, 'heap'));
  }
  await stop(child);
  const [before, after] = heaps.slice(-2);
  const [fewer, more] = counts.slice(-2);
  return { heaps, bytesPerSession: (after - before) / (more - fewer) };
}
