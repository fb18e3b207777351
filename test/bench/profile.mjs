// Profiles of a sign-in and of a view: where the CPU time goes, by room of src/ and by package.

import { startClient } from './clients.mjs';
import { repeat, signIn, view } from './load.mjs';
import { ask, stop } from './processes.mjs';
import { AT_ONCE } from './rounds.mjs';

/** Packages by group. All others belong to Express. */
const GROUPS = {
  'express-session': ['express-session', 'cookie-signature', 'on-headers'],
  undici: ['undici'],
  'openid-client': ['openid-client', 'oauth4webapi', 'jose'],
  zod: ['zod'],
  pino: ['pino', 'sonic-boom'],
  ejs: ['ejs'],
  helmet: ['helmet'],
};

/**
 * Profiles each client in a new process, after the same warm-up.
 * @returns a row for each group of code, with its self time for each client in µs of one sign-in and of one view. Native code of
 * Node.js counts as Node.js, and what V8 runs for a function, such as JSON.parse, as that function
 */
export async function measureProfiles(clients, { profiled, warmUps, say }) {
  const rows = new Map();
  for (const client of clients) {
    say(`Profile of ${client.title}`);
    const { port, process: child } = await startClient(client);
    const { jar } = await signIn(port);
    const works = { signIn: () => signIn(port), view: () => view(port, jar) };
    for (const [name, work] of Object.entries(works)) {
      await repeat(warmUps, AT_ONCE, work);
      await ask(child, 'profile');
      await repeat(profiled, AT_ONCE, work);
      for (const [group, us] of timesByGroup(await ask(child, 'profiled'))) {
        const row = rows.get(group) ?? { title: group };
        rows.set(group, { ...row, [`${client.name} ${name}`]: us / profiled });
      }
    }
    await stop(child);
  }
  return [...rows.values()];
}

function timesByGroup({ nodes, samples, timeDeltas }) {
  const groupOf = new Map(nodes.map(({ id, callFrame }) => [id, groupOfFrame(callFrame)]));
  const times = new Map();
  for (const [index, id] of samples.entries()) {
    const group = groupOf.get(id);
    if (group) times.set(group, (times.get(group) ?? 0) + timeDeltas[index]);
  }
  return [...times].sort((a, b) => b[1] - a[1]);
}

/** @returns undefined for idle time and for the profiler itself */
function groupOfFrame({ url, functionName }) {
  if (functionName === '(idle)' || url === 'node:inspector') return undefined;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url.includes('deps/undici') || url.startsWith('wasm:')) return 'undici';
  if (url === '' || url.startsWith('node:')) return 'Node.js';
  // The names of compiled templates end with a quotation mark.
  if (/\.ejs"?$/.test(url)) return 'ejs';
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name) return Object.keys(GROUPS).find((group) => GROUPS[group].includes(name)) ?? 'Express';
  const [, room] = /\/src\/([\w-]+)\//.exec(url) ?? [];
  return room ? `src/${room}/` : 'the client’s own code';
}
