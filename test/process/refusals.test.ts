// If the process cannot start, it says why in full sentences and exits with 1.

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
  test('with a wrong configuration, and prints one line for each problem', async () => {
    const env = {
      PINGONE_ISSUER: `${ISSUER}/`,
      PINGONE_CLIENT_SECRET: ` ${CANARY}`,
      BASE_URL: 'https://app.example.com/app',
      PORT: 'web',
      SESSION_SECRET: CANARY,
    };
    expect(await startAndFail(env)).toBe(
      `The configuration has 7 problems:
- PINGONE_ISSUER is not valid ("${ISSUER}/"). Set it to ${ISSUER}, without the slash at the end.
- PINGONE_CLIENT_SECRET is not valid (value not shown). Remove quotes and white space from the value. In .env, one pair of quotes around the whole value is allowed.
- BASE_URL is not valid ("https://app.example.com/app"). Use only the origin, exactly like this: https://app.example.com.
- PORT is not valid ("web"). Use a number from 1 to 65535.
- SESSION_SECRET is not valid (value not shown). Use at least 32 characters for each secret. To make one, run: node -p "crypto.randomBytes(32).toString('base64url')"
- PINGONE_CLIENT_ID is not set, but PINGONE_ISSUER and PINGONE_CLIENT_SECRET are. Set all three for PingOne, or none for the sandbox.
- TRUST_PROXY is 0, but BASE_URL is an https URL. Set TRUST_PROXY to the number of proxies in front of this app, because this app does not handle TLS itself.`,
    );
  });

  test('in production without everything that production needs', async () => {
    const lines = (await startAndFail({ NODE_ENV: 'production' })).split('\n- ');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe('The configuration has 4 problems:');
    expect(lines[1]).toContain('because the sandbox is not for production');
  });

  test('in production with turned-off certificate checks', async () => {
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

  test('on a port that another process uses', async () => {
    const port = await takenPort('localhost');
    const env = { PORT: String(port), SANDBOX_PORT: String(await freePort()) };
    expect(await startAndFail(env)).toBe(
      `Another process uses port ${port}. Stop that process, or set PORT to another port.`,
    );
  });

  test('with a sandbox port that another process uses', async () => {
    const port = await takenPort('127.0.0.1');
    const env = { PORT: String(await freePort()), SANDBOX_PORT: String(port) };
    expect(await startAndFail(env)).toBe(
      `Another process uses port ${port}. Stop that process, or set SANDBOX_PORT to another port.`,
    );
  });

  test.each([
    // An address that is reserved for documentation (RFC 5737), so no machine has it.
    ['192.0.2.1', 'EADDRNOTAVAIL'],
    ['no-such-host.invalid', 'ENOTFOUND|EAI_AGAIN'],
  ])('on the HOST %s, which is not an address of this machine', async (HOST, code) => {
    const env = { PORT: String(await freePort()), SANDBOX_PORT: String(await freePort()), HOST };
    expect(await startAndFail(env)).toMatch(
      new RegExp(
        `^This process could not open port ${env.PORT} of ${HOST} \\((${code})\\)\\. Check PORT and HOST\\.$`,
      ),
    );
  });
});
