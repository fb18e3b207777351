// What provider, clients and load have in common.

export const PROVIDER_PORT = 4301;
export const PROVIDER = `http://127.0.0.1:${PROVIDER_PORT}`;
export const ISSUER = `${PROVIDER}/5a4db0c5-0e1f-4c3a-9d27-3b1c6f0e8a42/as`;
export const CLIENT_ID = 'bench-client';
export const CLIENT_SECRET = 'a-secret-of-the-bench-and-of-nothing-else-0123456789';
export const SESSION_SECRET = 'a-session-secret-of-the-bench-0123456789abcdef';
export const SCOPE = 'openid profile email';
export const EMAIL = 'ada@example.com';

/** The page that each client shows: about as long as this app's own, the claims escaped. */
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

/** Says to the bench that this client listens, and answers its questions: CPU so far, heap in use. */
export function reportTo(bench) {
  bench.send('listening');
  bench.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = bench.cpuUsage();
      bench.send(user + system);
    }
    if (question === 'heap') {
      globalThis.gc();
      bench.send(bench.memoryUsage().heapUsed);
    }
  });
  bench.on('disconnect', () => bench.exit(0));
}
