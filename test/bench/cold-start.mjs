// From nothing to the first answered page: CPU time of a new process.

import { startClient } from './clients.mjs';
import { firstPage } from './load.mjs';
import { ask, newFolder, stop } from './processes.mjs';

/**
 * The clients in turn, round after round. Each starts twice with a new folder: whoever keeps what V8 has compiled does not
 * have it at the first start, and has it at the second.
 * @returns by client, CPU ms of the first and of later starts, an entry a round
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
