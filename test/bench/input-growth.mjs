// This app alone: does the cost of a request grow faster than the size of an input that others choose, and how long does
// the request block the event loop, and so every other request?

import { startClient } from './clients.mjs';
import { DISCOVERY_INPUTS, INPUTS, prepareCallback } from './inputs.mjs';
import { ask, stop, usageDuring } from './processes.mjs';
import { warmUp } from './rounds.mjs';

/** Proxies are trusted and the rate limit is on, so that their code runs. No request reaches the limit. */
const ENV = { TRUST_PROXY: '9', LOGIN_RATE_LIMIT: '999999', LOG_LEVEL: 'warn' };
const REFERENCES = 20;

/**
 * Each time is the minimum of all rounds, because other work of the machine only adds to it. The reference computation in
 * the same process takes 1 ms on two shared cores of a server of 2026. An input may block the event loop 20 times as long.
 * @param rounds the number of measurements at each size, in turn
 * @returns for each input the busy time of the event loop in ms at its largest size and at half of it, and the longest turn
 *   of the event loop at the largest size
 */
export async function measureInputs(app, provider, { rounds, warmUps, say }) {
  const warm = await startClient(app, { env: ENV });
  await warmUp(warm.port, warmUps);
  const references = [];
  const rows = [];
  for (const input of INPUTS) {
    say(`Inputs: ${input.title}`);
    for (let times = 0; times < REFERENCES; times += 1) references.push(await ask(warm.process, 'reference'));
    rows.push(await measureInput(input, warm, { provider, rounds }));
  }
  await stop(warm.process);
  await ask(provider, `more ${JSON.stringify(DISCOVERY_INPUTS[0].more(0))}`);
  const undiscovered = await startClient(app, { env: ENV });
  for (const input of DISCOVERY_INPUTS) {
    say(`Inputs: ${input.title}`);
    rows.push(await measureInput(input, undiscovered, { provider, rounds }));
  }
  await stop(undiscovered.process);
  await ask(provider, 'more {}');
  const referenceMs = Math.min(...references);
  return { referenceMs, rows: rows.map((row) => ({ ...row, references: row.heldMs / referenceMs })) };
}

async function measureInput(input, app, { provider, rounds }) {
  const sizes = [input.most, input.most / 2].map(Math.floor);
  const busyMs = [[], []];
  const heldMs = [];
  // Inputs with a pause take most of the time.
  const times = input.pauseMs ? Math.ceil(rounds / 2) : rounds;
  for (let round = 0; round < times; round += 1) {
    for (const [index, size] of sizes.entries()) {
      await ask(provider, `more ${JSON.stringify(input.more?.(size) ?? {})}`);
      busyMs[index].push(await busyDuring(app.process, await prepared(input, app, size)));
      // Index 0 is the largest size.
      if (index === 0) heldMs.push(await heldDuring(app.process, await prepared(input, app, size)));
    }
  }
  await ask(provider, 'more {}');
  const [wholeMs, halfMs] = busyMs.map((all) => Math.min(...all));
  const { title, most } = input;
  return { title, most, wholeMs, halfMs, ratio: wholeMs / halfMs, heldMs: Math.min(...heldMs) };
}

/** Returns a function that sends the measured request. It throws if the status shows that the input was not processed. */
async function prepared({ title, prepare = prepareCallback, status = 303, pauseMs = 0 }, { port }, size) {
  if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  const request = await prepare(port, size);
  return async () => {
    const response = await request();
    if (response.status !== status) {
      throw new Error(`${title}, size ${size}: status ${response.status}, not ${status}.`);
    }
  };
}

async function busyDuring(child, work) {
  const { used } = await usageDuring([child], work);
  return used[0].activeMs;
}

async function heldDuring(child, work) {
  await ask(child, 'watch');
  await work();
  return ask(child, 'held');
}
