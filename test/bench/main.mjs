// npm run bench: what a sign-in and a view of the claims cost here, beside other clients and beside the least this stack
// can do, on the same work against the same provider. Ratios within one round are what counts: machines are noisy.
// --json prints all figures as JSON; --chart writes chart.svg; --rounds=<n> and --sign-ins=<n> make it shorter or longer;
// --quick goes through everything in small numbers, to try the bench itself.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { CLIENTS, startClient } from './clients.mjs';
import { measureColdStarts } from './cold-start.mjs';
import { measureGrowth } from './growth.mjs';
import { measureInstalled } from './installed.mjs';
import { judge } from './limits.mjs';
import { measureMemory } from './memory.mjs';
import { FOLDER, start, stop } from './processes.mjs';
import { report } from './report.mjs';
import { measureRounds, sessionsAfter } from './rounds.mjs';
import { freePort } from './settings.mjs';
import { validate } from './validate.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    chart: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    'sign-ins': { type: 'string' },
  },
});
const size = values.quick
  ? { rounds: 2, signIns: 20, warmUps: 40, sessions: [10, 100, 1_000] }
  : { rounds: 7, signIns: 400, warmUps: 4_000, sessions: [100, 1_000, 10_000] };
if (values.rounds) size.rounds = Number(values.rounds);
if (values['sign-ins']) size.signIns = Number(values['sign-ins']);
const { rounds, signIns, warmUps, sessions } = size;
if (!(rounds >= 1 && signIns >= 10 && sessionsAfter(warmUps, rounds, signIns) < 10_000)) {
  throw new Error('--rounds from 1 and --sign-ins from 10, for fewer than 10,000 sign-ins in all.');
}

const say = (text) => process.stderr.write(`${Math.round(performance.now() / 1_000)} s  ${text}\n`);
const LIMIT_MS = 20 * 60 * 1_000;
const limit = setTimeout(() => {
  say('The bench took too long and was stopped.');
  process.exit(1);
}, LIMIT_MS);

installPeers();
const results = await measureAll();
clearTimeout(limit);
if (values.chart) writeFileSync(`${FOLDER}chart.svg`, chart(results.clients));
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : report(results));
// What may still be running ends with this process.
process.exit(0);

function installPeers() {
  if (existsSync(`${FOLDER}node_modules/.package-lock.json`)) return;
  say('Installing the clients to compare with …');
  execFileSync('npm', ['ci', '--prefix', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function measureAll() {
  const provider = await start('provider.mjs');
  const clients = await Promise.all(
    CLIENTS.map(async (client) => ({ ...client, ...(await startClient(client)) })),
  );
  for (const client of clients) Object.assign(client, await validate(client, provider));
  await measureRounds(clients, provider, { ...size, say });
  for (const client of clients) await stop(client.process);

  assign(clients, 'coldStart', await measureColdStarts(CLIENTS, rounds, say));
  assign(clients, 'memory', await measureMemory(CLIENTS, sessions, say));
  say('Installing this app without what development needs');
  assign(clients, 'installed', measureInstalled(CLIENTS));
  const app = CLIENTS.find(({ name }) => name === 'this-app');
  const held = [10, ...sessions.slice(-2)];
  // Filling the processes with sessions goes on warming them up.
  const growing = { ...size, held, signIns: Math.ceil(signIns / 2), warmUps: Math.ceil(warmUps / 4), say };
  const growth = await measureGrowth(app, growing);
  const redis = await startRedis();
  const redisGrowth = redis && (await measureGrowth(app, { ...growing, redis }));

  const [{ model: cpu }, ...others] = cpus();
  const machine = { node: process.version, cpu, cores: others.length + 1, quick: values.quick, ...size };
  const figures = clients.map(({ process: _, port: __, ...client }) => client);
  const limits = judge({ clients, growth });
  return { machine, clients: figures, growth, redisGrowth, limits };
}

function assign(clients, name, figures) {
  for (const [index, client] of clients.entries()) client[name] = figures[index];
}

/** Where there is no redis-server, its part is left out. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const port = await freePort();
  return { port, process: await start('redis.mjs', { args: [String(port)] }) };
}
