// Loaded before the file of each process of the bench (node --import): says when it listens, answers what it has used and
// how long its event loop was held, and ends with the bench. So this app runs as it ships, and knows nothing of the bench.

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
  if (question === 'watch') {
    process.send(question);
    watch();
  }
  if (question === 'held') {
    watching = false;
    process.send(longestMs);
  }
  if (question === 'reference') process.send(referenceMs());
});
process.on('disconnect', () => process.exit(0));

let watching = false;
let longestMs = 0;

/** Turns of the event loop without a pause between them: the longest one is how long others had to wait. */
function watch() {
  watching = true;
  longestMs = 0;
  let before = performance.now();
  const turn = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - before);
    before = now;
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
}

const ENTRIES = Array.from({ length: 3_000 }, (_, id) => ({ id, name: `name ${id}`, list: [id, id + 1] }));

/** A fixed piece of what web servers do: JSON written, read and searched. */
function referenceMs() {
  const startedAt = performance.now();
  const entries = JSON.parse(JSON.stringify(ENTRIES));
  entries.filter(({ name }) => /9.?9$/.test(name));
  return performance.now() - startedAt;
}
