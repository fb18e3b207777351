// What keeps the process from starting is said in sentences, and it ends with 1.

import { describe, expect, test } from 'vitest';
import { freePort, startProcess, takenPort } from './helpers.ts';

const CANARY = 'canary-of-the-process-test';
const ISSUER = 'https://auth.pingone.eu/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as';

async function startAndFail(env: Record<string, string>): Promise<string> {
  const app = startProcess(env);
  expect(await app.ended).toEqual({ code: 1, signal: null });
  expect(app.stderr()).not.toMatch(/\n\s+at /);
  expect(app.stdout() + app.stderr()).not.toContain(CANARY);
  return app.stderr().trim();
}

describe('it does not start', () => {
  test('with a wrong configuration: every problem has its line', async () => {
    const env = {
      PINGONE_ISSUER: `${ISSUER}/`,
      PINGONE_CLIENT_SECRET: ` ${CANARY}`,
      BASE_URL: 'https://app.example.com/app',
      PORT: 'web',
      SESSION_SECRET: CANARY,
    };
    expect(await startAndFail(env)).toBe(
      `The configuration has 7 problems:
- PINGONE_ISSUER is "${ISSUER}/". Write ${ISSUER}, without the slash at the end.
- PINGONE_CLIENT_SECRET is set, but not usable. Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.
- BASE_URL is "https://app.example.com/app". Write only the origin, without a slash or a path: https://app.example.com.
- PORT is "web". Write a number from 1 to 65535.
- SESSION_SECRET is set, but not usable. Write at least 32 characters for each secret. Make one: node -p "crypto.randomBytes(32).toString('base64url')".
- PINGONE_CLIENT_ID is not set, but PINGONE_ISSUER and PINGONE_CLIENT_SECRET are. Set all three for PingOne, or none for the sandbox.
- TRUST_PROXY is 0, but BASE_URL is https. This app does not speak TLS itself: write the number of proxies in front of it.`,
    );
  });

  test('in production without all that production needs', async () => {
    const lines = (await startAndFail({ NODE_ENV: 'production' })).split('\n- ');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('The configuration has 4 problems:');
    expect(lines[1]).toContain('The sandbox is not for production');
  });

  test('in production with certificates that nobody checks', async () => {
    const env = {
      NODE_ENV: 'production',
      PINGONE_ISSUER: ISSUER,
      PINGONE_CLIENT_ID: '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11',
      PINGONE_CLIENT_SECRET: `made-up ${CANARY}`,
      BASE_URL: 'https://app.example.com',
      TRUST_PROXY: '1',
      SESSION_SECRET: `made-up ${CANARY} 0123456789`,
      SESSION_STORE: 'memory',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    expect(await startAndFail(env)).toContain(
      'The configuration has a problem:\n- NODE_TLS_REJECT_UNAUTHORIZED is 0',
    );
  });

  test('on a port that is taken', async () => {
    const port = await takenPort('localhost');
    const env = { PORT: String(port), SANDBOX_PORT: String(await freePort()) };
    expect(await startAndFail(env)).toBe(
      `Port ${port} is taken by another process. Stop that one, or set PORT to another port.`,
    );
  });

  test('with a sandbox on a port that is taken', async () => {
    const port = await takenPort('127.0.0.1');
    const env = { PORT: String(await freePort()), SANDBOX_PORT: String(port) };
    expect(await startAndFail(env)).toBe(
      `Port ${port} is taken by another process. Stop that one, or set SANDBOX_PORT to another port.`,
    );
  });

  test.each([
    // Of the documentation's addresses (RFC 5737), so nobody's.
    ['192.0.2.1', 'EADDRNOTAVAIL'],
    ['no-such-host.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('on the HOST %s, which is not this machine', async (HOST, code) => {
    const env = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()), HOST };
    expect(await startAndFail(env)).toMatch(
      new RegExp(
        `^Port ${env.PORT} of ${HOST} could not be opened \\((${code})\\)\\. Check PORT and HOST\\.$`,
      ),
    );
  });
});
