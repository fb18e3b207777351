// npm run bench compares the cost of a sign-in and of a view of the claims in this app, in other clients, and in a minimal
// client, with the same work and the same provider. Only ratios within one round count, because machines are noisy.
// --json prints all figures as JSON. --chart writes chart.svg. --sets=<n> sets the number of sets of processes.
// --growth measures only this app: the cost of inputs whose size others choose, and of the number of sessions.
// --quick runs all parts with small numbers, to test the bench itself.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { CLIENTS, VARIANTS } from './clients.mjs';
import { measureColdStarts } from './cold-start.mjs';
import { measureGrowth } from './growth.mjs';
import { measureHeld } from './held.mjs';
import { measureInputs } from './input-growth.mjs';
import { measureInstalled } from './installed.mjs';
import { judge, judgeInputs } from './limits.mjs';
import { measureMemory } from './memory.mjs';
import { FOLDER, start } from './processes.mjs';
import { measureProfiles } from './profile.mjs';
import { report, reportOfGrowth } from './report.mjs';
import { measureSets } from './rounds.mjs';
import { freePort } from './settings.mjs';
import { validate } from './validate.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    chart: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
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
      profiled: 50,
      sessions: [10, 100, 1_000],
      held: [10, 1_000],
      inputRounds: 5,
      viewed: [100, 2_000],
    }
  : {
      sets: 6,
      rounds: 5,
      signIns: 150,
      warmUps: 3_000,
      repeats: 7,
      profiled: 2_000,
      sessions: [100, 1_000, 4_000],
      held: [10, 1_000, 10_000],
      inputRounds: 8,
      viewed: [100, 10_000, 100_000],
    };
if (values.sets) size.sets = Number(values.sets);
if (!(size.sets >= 1)) throw new Error('--sets=<n> must be a number of 1 or more.');

const say = (text) => process.stderr.write(`${Math.round(performance.now() / 1_000)} s  ${text}\n`);
/** No set of processes starts if it would end after this time of performance.now(). */
const SETS_UNTIL_MS = 13 * 60 * 1_000;
const LIMIT_MS = 15 * 60 * 1_000;
const limit = setTimeout(() => {
  say('The bench stopped because it took longer than 15 minutes.');
  process.exit(1);
}, LIMIT_MS);

if (!values.growth) installPeers();
const provider = await start('provider.mjs');
const results = values.growth ? await measureAlone() : await measureAll();
clearTimeout(limit);
if (values.chart && !values.growth) writeFileSync(`${FOLDER}chart.svg`, chart(results.clients));
const text = values.growth ? reportOfGrowth : report;
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : text(results));
// Other processes that still run end with this process.
process.exit(0);

function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8'));
  if (Object.keys(dependencies).every((name) => existsSync(`${FOLDER}node_modules/${name}`))) return;
  say('Installing the clients to compare with …');
  execFileSync('npm', ['ci', '--prefix', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The measurements that need no other client. */
async function measureAlone() {
  const app = CLIENTS.find(({ name }) => name === 'this-app');
  const { inputRounds: rounds, viewed, repeats } = size;
  const inputs = await measureInputs(app, provider, { rounds, warmUps: 200, say });
  const held = await measureHeld(app, { viewed, rounds: repeats, redis: await startRedis(), say });
  return { inputs, held, inputLimits: judgeInputs(inputs) };
}

async function measureAll() {
  const [clients, variants] = [CLIENTS, VARIANTS].map((list) => list.map((client) => ({ ...client })));
  const all = [...clients, ...variants];
  say('Checking each client');
  for (const client of all) Object.assign(client, await validate(client, provider));

  assign(clients, 'coldStart', await measureColdStarts(CLIENTS, size.repeats, say));
  assign(clients, 'memory', await measureMemory(CLIENTS, size.sessions, say));
  say('Installing this app without development dependencies');
  assign(clients, 'installed', measureInstalled(CLIENTS));
  const app = CLIENTS.find(({ name }) => name === 'this-app');
  // Filling the processes with sessions also warms them up.
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
  const alone = await measureAlone();
  const compared = CLIENTS.filter(({ name }) => name === 'this-app' || name === 'fair');
  const profiles = await measureProfiles(compared, { ...size, say });
  // This comes last, because it measures as many sets as the time allows.
  size.sets = await measureSets(all, provider, { ...size, untilMs: SETS_UNTIL_MS, say });

  const [{ model: cpu }, ...others] = cpus();
  const machine = { node: process.version, cpu, cores: others.length + 1, quick: values.quick, ...size };
  const limits = judge({ clients, variants, growth });
  return { machine, clients, variants, growth, redisGrowth, profiles, limits, ...alone };
}

function assign(clients, name, figures) {
  for (const [index, client] of clients.entries()) client[name] = figures[index];
}

/** Without redis-server, the measurements with Redis are left out. */
async function startRedis() {
  if (spawnSync('redis-server', ['--version']).error) return undefined;
  const port = await freePort();
  return { port, process: await start('redis.mjs', { env: { PORT: String(port) } }) };
}
