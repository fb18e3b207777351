// A real Redis for the bench on a free port, without files on disk. This separate process ends it with the bench.

import { spawn } from 'node:child_process';
import { createClient } from 'redis';

const port = process.env.PORT;
const onDisk = ['--save', '', '--appendonly', 'no'];
const server = spawn(
  'redis-server',
  ['--port', port, '--bind', '127.0.0.1', '--databases', '16', ...onDisk],
  {
    stdio: 'ignore',
  },
);
server.once('exit', () => process.exit(1));
process.on('exit', () => server.kill('SIGKILL'));
process.on('SIGTERM', () => process.exit(0));

const redis = createClient({ url: `redis://127.0.0.1:${port}` });
// The client tries again until the server runs.
redis.on('error', () => {});
await redis.connect();
process.on('message', async (question) => {
  if (question === 'forget commands') await redis.configResetStat();
  process.send(question === 'commands' ? await commands() : question);
});
process.send('listening');

/** The number of calls of each command since the last reset, without the commands of the bench and of the connection. */
async function commands() {
  const lines = (await redis.info('commandstats')).split('\r\n');
  const calls = lines.map((line) => line.match(/^cmdstat_([^:]+):calls=(\d+)/)).filter(Boolean);
  const counts = calls.map(([, name, count]) => [name, Number(count)]);
  return Object.fromEntries(counts.filter(([name]) => !/^(config|info|ping|client|hello|select)/.test(name)));
}
