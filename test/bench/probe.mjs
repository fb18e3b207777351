// Loaded before the file of each process of the bench (node --import): says when it listens, answers what it has used,
// and ends with the bench. So this app runs as it ships, and knows nothing of the bench.

import { subscribe } from 'node:diagnostics_channel';

subscribe('tracing:net.server.listen:asyncEnd', () => process.send('listening'));

process.on('message', (question) => {
  if (question === 'usage') {
    const { user, system } = process.cpuUsage();
    const { active, idle } = performance.eventLoopUtilization();
    process.send({ cpuUs: user + system, active, idle });
  }
  if (question === 'heap') {
    globalThis.gc();
    process.send(process.memoryUsage().heapUsed);
  }
});
process.on('disconnect', () => process.exit(0));
