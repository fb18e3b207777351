// npm run bench: what a sign-in and a view of the claims cost here, beside other clients and beside the least this stack
// can do, on the same work against the same provider. Ratios within one round are what counts: machines are noisy.
// --json prints all figures as JSON; --chart writes chart.svg; --sets=<n> starts more or fewer sets of processes;
// --quick goes through everything in small numbers, to try the bench itself.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { CLIENTS, VARIANTS } from './clients.mjs';
import { measureColdStarts } from './cold-start.mjs';
import { measureGrowth } from './growth.mjs';
import { measureInstalled } from './installed.mjs';
import { judge } from './limits.mjs';
import { measureMemory } from './memory.mjs';
import { FOLDER, start } from './processes.mjs';
import { report } from './report.mjs';
import { measureSets } from './rounds.mjs';
import { freePort } from './settings.mjs';
import { validate } from './validate.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    chart: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    sets: { type: 'string' },
  },
});
const size = values.quick
  ? {
      sets: 2,
      rounds: 2,
      signIns: 20,
      warmUps: 40,
      repeats: 2,
      sessions: [10, 100, 1_000],
      held: [10, 1_000],
    }
  : {
      sets: 6,
      rounds: 5,
      signIns: 150,
      warmUps: 3_000,
      repeats: 7,
      sessions: [100, 1_000, 4_000],
      held: [10, 1_000, 10_000],
    };
if (values.sets) size.sets = Number(values.sets);
if (!(size.sets >= 1)) throw new Error('--sets=<n>: a number from 1.');

const say = (text) => process.stderr.write(`${Math.round(performance.now() / 1_000)} s  ${text}\n`);
/** No set of processes starts that would end later, on the clock of performance.now(). */
const SETS_UNTIL_MS = 10.5 * 60 * 1_000;
const LIMIT_MS = 12 * 60 * 1_000;
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
  const { dependencies } = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8'));
  if (Object.keys(dependencies).every((name) => existsSync(`${FOLDER}node_modules/${name}`))) return;
  say('Installing the clients to compare with …');
  execFileSync('npm', ['ci', '--prefix', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function measureAll() {
  const provider = await start('provider.mjs');
  const [clients, variants] = [CLIENTS, VARIANTS].map((list) => list.map((client) => ({ ...client })));
  const all = [...clients, ...variants];
  say('Trying each client');
  for (const client of all) Object.assign(client, await validate(client, provider));

  assign(clients, 'coldStart', await measureColdStarts(CLIENTS, size.repeats, say));
  assign(clients, 'memory', await measureMemory(CLIENTS, size.sessions, say));
  say('Installing this app without what development needs');
  assign(clients, 'installed', measureInstalled(CLIENTS));
  const app = CLIENTS.find(({ name }) => name === 'this-app');
  // Filling the processes with sessions goes on warming them up.
  const growing = {
    ...size,
    rounds: size.repeats,
    signIns: Math.ceil(size.signIns / 2),
    warmUps: Math.ceil(size.warmUps / 4),
    say,
  };
  const growth = await measureGrowth(app, growing);
  const redis = await startRedis();
  const redisGrowth = redis && (await measureGrowth(app, { ...growing, redis }));
  // Last, because it takes as many sets as the time allows.
  size.sets = await measureSets(all, provider, { ...size, untilMs: SETS_UNTIL_MS, say });

  const [{ model: cpu }, ...others] = cpus();
  const machine = { node: process.version, cpu, cores: others.length + 1, quick: values.quick, ...size };
  const limits = judge({ clients, variants, growth });
  return { machine, clients, variants, growth, redisGrowth, limits };
}

function assign(clients, name, figures) {
  for (const [index, client] of clients.entries()) client[name] = figures[index];
}

/** Where there is no redis-server, its part is left out. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const port = await freePort();
  return { port, process: await start('redis.mjs', { env: { PORT: String(port) } }) };
}
