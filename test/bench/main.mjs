// npm run bench: what a sign-in and a view of the claims cost here, beside other clients and beside the least this stack
// can do, on the same work against the same provider. Ratios within one round are what counts: machines are noisy.
// --json prints the figures as JSON; --rounds=<n> and --sign-ins=<n> make it shorter or longer.

import { execFileSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { firstPage, repeat, signIn, view } from './load.mjs';
import { median, report } from './report.mjs';
import { PROVIDER } from './settings.mjs';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NAMES = ['floor', 'this-app', 'openid-client', 'express-openid-connect', 'passport'];
const AT_ONCE = 8;
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    'sign-ins': { type: 'string', default: '400' },
  },
});
const [ROUNDS, SIGN_INS] = [Number(values.rounds), Number(values['sign-ins'])];
const VIEWS = SIGN_INS * 2;

if (!existsSync(`${FOLDER}node_modules/openid-client`)) {
  process.stderr.write('Installing the clients to compare with …\n');
  execFileSync('npm', ['ci', '--prefix', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const provider = await start('provider.mjs');
const clients = [];
for (const [index, name] of NAMES.entries()) {
  const port = 4310 + index;
  clients.push({ name, port, ...(await coldStart(name, port)), signInUs: [], viewUs: [], callbackMs: [] });
}
try {
  for (const client of clients) await validate(client);
  for (let round = 0; round < ROUNDS; round += 1) {
    process.stderr.write(`Round ${round + 1} of ${ROUNDS}\n`);
    // Each round begins with another client, so that no client always follows the same one.
    for (let turn = 0; turn < clients.length; turn += 1)
      await measure(clients[(turn + round) % clients.length]);
  }
  for (const client of clients) await growth(client);
  const figures = clients.map((client) => ({ ...client, process: undefined }));
  process.stdout.write(
    values.json ? `${JSON.stringify(figures, null, 2)}\n` : report(figures, ROUNDS, SIGN_INS),
  );
} finally {
  for (const { process: child } of [{ process: provider }, ...clients]) child.disconnect();
}

async function start(file, ...args) {
  const env = { ...process.env, NODE_ENV: 'production' };
  const execArgv = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
  const child = fork(FOLDER + file, args, { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error(`${file} did not start.`)));
  });
  return child;
}

function ask(child, question) {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.send(question);
  });
}

/** From nothing to the first page: CPU time, in milliseconds; the median of five processes, the last of which stays. */
async function coldStart(name, port) {
  const all = [];
  for (let count = 0; ; count += 1) {
    const child = await start(`clients/${name}.mjs`, String(port));
    await firstPage(port);
    all.push((await ask(child, 'cpu')) / 1000);
    if (count === 4) return { process: child, coldStartMs: median(all) };
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await ended;
  }
}

/** Each really signs in and shows the claims; how many requests that takes at the provider, after the first. */
async function validate(client) {
  for (let count = 0; count < 200; count += 1) await signIn(client.port);
  await (await request(`${PROVIDER}/counts`)).body.dump();
  for (let count = 0; count < 10; count += 1) client.callbackMs.push((await signIn(client.port)).callbackMs);
  const counts = await (await request(`${PROVIDER}/counts`)).body.json();
  const { authorize: _, ...others } = counts;
  client.requestsPerSignIn = Object.values(others).reduce((sum, count) => sum + count, 0) / 10;
}

async function measure(client) {
  const cpu = async (times, atOnce, work) => {
    const before = await ask(client.process, 'cpu');
    await repeat(times, atOnce, work);
    return ((await ask(client.process, 'cpu')) - before) / times;
  };
  const startedAt = performance.now();
  client.signInUs.push(await cpu(SIGN_INS, AT_ONCE, () => signIn(client.port)));
  client.perSecond = SIGN_INS / ((performance.now() - startedAt) / 1000);
  const { jar } = await signIn(client.port);
  client.viewUs.push(await cpu(VIEWS, AT_ONCE, () => view(client.port, jar)));
  // One at a time: low load.
  for (let count = 0; count < 50; count += 1) client.callbackMs.push((await signIn(client.port)).callbackMs);
}

/** What a session holds: heap before and after a thousand of them, in bytes. */
async function growth(client) {
  const before = await ask(client.process, 'heap');
  await repeat(1_000, AT_ONCE, () => signIn(client.port));
  client.sessionBytes = ((await ask(client.process, 'heap')) - before) / 1_000;
}
