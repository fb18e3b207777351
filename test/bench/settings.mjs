// What bench, provider, clients and load have in common.

import { createServer } from 'node:net';

/** Another range for each bench, so that two can run at the same time. */
let nextPort = 4_300 + (process.pid % 200) * 100;
// The bench chooses it, and the processes that it starts inherit it.
process.env.BENCH_PROVIDER_PORT ??= String(await freePort());

export const PROVIDER_PORT = Number(process.env.BENCH_PROVIDER_PORT);
export const PROVIDER = `http://127.0.0.1:${PROVIDER_PORT}`;
export const ISSUER = `${PROVIDER}/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as`;
export const CLIENT_ID = 'bench-client';
export const CLIENT_SECRET = 'a-secret-of-the-bench-and-of-nothing-else-0123456789';
export const SESSION_SECRET = 'a-session-secret-of-the-bench-0123456789abcdef';
export const SCOPE = 'openid profile email';
/** It comes from userinfo alone, so that whoever shows it has asked there. */
export const EMAIL = 'ada@example.com';

/** What can be wrong with the responses of provider.mjs: with the state, or else with the ID token. */
export const FORGERIES = ['state', 'signature', 'alg none', 'iss', 'aud', 'nonce', 'exp', 'at_hash'];

/** The next one that is free, below those that the system gives to outgoing connections. */
export async function freePort() {
  const port = nextPort;
  nextPort += 1;
  const server = createServer();
  const isFree = await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The page of the bare clients: about as long as this app's own, the claims escaped, and made without a template. */
export function page(claims) {
  const rows = Object.entries(claims).map(
    ([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(JSON.stringify(value))}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><title>Claims</title></head><body><table>${rows.join('')}</table><p>${FILLER}</p></body></html>`;
}

const FILLER = 'What each claim means would stand here. '.repeat(250);

function escaped(text = '') {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
