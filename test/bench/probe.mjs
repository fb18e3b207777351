// Each process of the bench loads this file first (node --import). It reports when the process listens, how much CPU it used
// and how long its event loop was blocked, and it ends the process with the bench. So this app needs no code for the bench.

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
  if (question === 'profile') startProfile().then(() => process.send(question));
  if (question === 'profiled') stopProfile().then((profile) => process.send(profile));
});
process.on('disconnect', () => process.exit(0));

let session;

async function startProfile() {
  // Loaded only here, because every process of the bench loads this file.
  const { Session } = await import('node:inspector/promises');
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
}

async function stopProfile() {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

let watching = false;
let longestMs = 0;

/** Runs turns of the event loop without pauses. The longest turn is the time that other requests had to wait. */
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

/** A fixed amount of typical work of a web server: it writes, reads and searches JSON. */
function referenceMs() {
  const startedAt = performance.now();
  const entries = JSON.parse(JSON.stringify(ENTRIES));
  entries.filter(({ name }) => /9.?9$/.test(name));
  return performance.now() - startedAt;
}
