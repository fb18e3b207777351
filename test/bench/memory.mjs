// What sessions hold: the heap after a collection with different numbers of them, in a process that does nothing else.

import { startClient } from './clients.mjs';
import { fill, repeat } from './load.mjs';
import { ask, stop } from './processes.mjs';
import { AT_ONCE } from './rounds.mjs';

/**
 * Bytes a session are those between the last two counts. This app keeps 1,000 records of sign-ins at most, so that from
 * 1,000 sessions on no more are added, and none is counted; that a state was used, it remembers for ten minutes.
 */
export async function measureMemory(clients, counts, say) {
  say(`Memory: ${counts.at(-1)} sessions at each client`);
  // No time is measured here, so that they need not wait for each other.
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
