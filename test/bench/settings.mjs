// Settings that the bench, the provider, the clients and the browsers share.

import { createServer } from 'node:net';

/** Each run has its own range of ports, so that two can run at the same time. */
let nextPort = 4_300 + (process.pid % 200) * 100;
// The bench chooses the port, and the processes that it starts inherit it.
process.env.BENCH_PROVIDER_PORT ??= String(await freePort());

export const PROVIDER_PORT = Number(process.env.BENCH_PROVIDER_PORT);
export const PROVIDER = `http://127.0.0.1:${PROVIDER_PORT}`;
export const ISSUER = `${PROVIDER}/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as`;
export const CLIENT_ID = 'bench-client';
export const CLIENT_SECRET = 'a-secret-of-the-bench-and-of-nothing-else-0123456789';
export const SESSION_SECRET = 'a-session-secret-of-the-bench-0123456789abcdef';
export const SCOPE = 'openid profile email';
/** Only userinfo contains the email address, so a client that shows it has requested userinfo. */
export const EMAIL = 'ada@example.com';

/** The errors that provider.mjs can make: in the state, or in the ID token. */
export const FORGERIES = ['state', 'signature', 'alg none', 'iss', 'aud', 'nonce', 'exp', 'at_hash'];

/** The next free port, below the ports that the system uses for outgoing connections. */
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

/** The claims page of the clients without EJS. It is about as long as the page of this app, and escapes the claims. */
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
