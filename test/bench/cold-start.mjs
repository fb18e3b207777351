// The CPU time of a new process from its start to its first page.

import { startClient } from './clients.mjs';
import { firstPage } from './load.mjs';
import { ask, newFolder, stop } from './processes.mjs';

/**
 * Measures the clients in turn in each round. Each starts twice with a new folder. A client that keeps the code that V8 has
 * compiled has none at the first start, and has it at the second.
 * @returns for each client the CPU ms of the first and of the second start, with one entry for each round
 */
export async function measureColdStarts(clients, rounds, say) {
  const figures = clients.map(() => ({ firstMs: [], laterMs: [] }));
  for (let round = 0; round < rounds; round += 1) {
    say(`Cold starts: ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < clients.length; turn += 1) {
      const index = (turn + round) % clients.length;
      const folder = newFolder();
      figures[index].firstMs.push(await coldStart(clients[index], folder));
      figures[index].laterMs.push(await coldStart(clients[index], folder));
    }
  }
  return figures;
}

async function coldStart(client, folder) {
  const { port, process: child } = await startClient(client, { folder });
  await firstPage(port);
  const { cpuUs } = await ask(child, 'usage');
  await stop(child);
  return cpuUs / 1_000;
}
