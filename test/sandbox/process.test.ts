// The process of `npm run sandbox`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, takenPort } from '../process/helpers.ts';
import { AMARA, Browser, codeForm, postTo, signOn, start, UUID, WITHOUT_PKCE } from './helpers.ts';
import { runSandbox, startCommand } from './process-helpers.ts';

const ROOT = new URL('../../', import.meta.url);
const REDIRECT_URI = 'http://localhost:3000/callback';
const CALLBACK = ['--redirect-uri', REDIRECT_URI];
const GIVEN = ['--client-id', 'my-app', '--client-secret', 'my-secret-0123456789-abcdef'];

/** Makes a complete sign-in without PKCE and returns the status of the token response. */
async function signInWithout(sandbox: Awaited<ReturnType<typeof startCommand>>, clientSecret: string) {
  const values = { ...sandbox, clientSecret };
  const started = start(values, WITHOUT_PKCE);
  const code = (await signOn(new Browser(), started, AMARA)).get('code') ?? '';
  return (await postTo(values, '/token', codeForm(values, started, code, { code_verifier: undefined })))
    .status;
}

test('the command prints only the three values for an .env on stdout, and an app signs in with them', async () => {
  const port = await freePort();
  const registered = [...CALLBACK, '--redirect-uri', 'https://app.example.com/cb', '--sign-off-url'];
  const sandbox = await startCommand([...registered, 'http://localhost:8080/', '--port', String(port)]);
  const { issuer, clientId, clientSecret } = sandbox;
  expect(sandbox.output.stdout).toBe(
    `PINGONE_ISSUER=${issuer}\nPINGONE_CLIENT_ID=${clientId}\nPINGONE_CLIENT_SECRET=${clientSecret}\n`,
  );
  const origin = `http://127.0.0.1:${port}`;
  expect(issuer.startsWith(`${origin}/`)).toBe(true);
  expect(clientId).toMatch(UUID);
  expect(clientSecret).toMatch(/^[\w-]{64}$/);
  for (const address of [
    `${origin}/\n`,
    REDIRECT_URI,
    'https://app.example.com/cb',
    'http://localhost:8080/',
  ])
    expect(sandbox.output.stderr).toContain(address);
  expect(sandbox.output.stderr).not.toContain(clientSecret);
  expect(sandbox.output.stderr).not.toContain('WARNING');
  expect(await signInWithout(sandbox, clientSecret)).toBe(200);
});

test('a given client ID and client secret work again after a restart, and the secret is not printed', async () => {
  const args = [...CALLBACK, ...GIVEN, '--port', String(await freePort())];
  const issuers: string[] = [];
  for (let count = 0; count < 2; count += 1) {
    const sandbox = await startCommand(args);
    issuers.push(sandbox.issuer);
    expect(sandbox.clientId).toBe('my-app');
    expect(await signInWithout(sandbox, 'my-secret-0123456789-abcdef')).toBe(200);
    sandbox.child.kill('SIGTERM');
    const { code, stdout, stderr } = await sandbox.ended;
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('my-secret');
  }
  expect(issuers[0]).toBe(issuers[1]);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the sandbox during a request, also if the signal comes several times',
  async (signal) => {
    const port = await freePort();
    const sandbox = await startCommand([...CALLBACK, '--port', String(port)]);
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket
      .on('error', () => {})
      .write('POST /faults HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n');
    await once(socket, 'connect');
    await setTimeout(50);
    sandbox.child.kill(signal);
    // Several times, because the terminal sends the signal to npm too, and npm passes it on.
    const signals = setInterval(() => sandbox.child.kill(signal), 1);
    onTestFinished(() => clearInterval(signals));
    expect(await sandbox.ended).toMatchObject({ code: 0, signal: null });
    const again = await startCommand([...CALLBACK, '--port', String(port)]);
    expect(again.issuer).toBe(sandbox.issuer);
  },
);

test('if the port is taken, the message names it and the option that changes it', async () => {
  const port = await takenPort('127.0.0.1');
  const { code, stdout, stderr } = await runSandbox([...CALLBACK, '--port', String(port)]).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    `Another process uses port ${port}. Stop that process, or set --port to another port.`,
  );
});

test('--host makes the sandbox listen on a network, with a warning, and a browser can still open the issuer', async () => {
  const port = await freePort();
  const sandbox = await startCommand([...CALLBACK, '--host', '0.0.0.0', '--port', String(port)]);
  expect(sandbox.output.stderr).toContain('WARNING: The sandbox listens on 0.0.0.0.');
  expect(new URL(sandbox.issuer).origin).toBe(`http://127.0.0.1:${port}`);
  // Another address of this machine, where the sandbox does not listen by default.
  const path = `${new URL(sandbox.issuer).pathname}/.well-known/openid-configuration`;
  const response = await fetch(`http://127.0.0.2:${port}${path}`);
  expect(((await response.json()) as { issuer: string }).issuer).toBe(sandbox.issuer);

  const named = await startCommand([...CALLBACK, '--host', 'localhost', '--port', '0']);
  expect(new URL(named.issuer).hostname).toBe('localhost');
  expect(named.output.stderr).not.toContain('WARNING');
});

test('with NODE_ENV=production, --host is rejected, and the sandbox listens only on this machine', async () => {
  const production = { NODE_ENV: 'production' };
  const { code, stdout, stderr } = await runSandbox([...CALLBACK, '--host', '0.0.0.0'], production).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('--host: With NODE_ENV=production, the sandbox does not listen on a network.');
  const local = await startCommand([...CALLBACK, '--port', '0'], production);
  const { port } = new URL(local.issuer);
  await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed');
});

test('--help prints the usage, and an invalid command prints the problem and how to see the usage', async () => {
  const usage = readFileSync(new URL('src/sandbox/usage.txt', ROOT), 'utf8');
  const help = await runSandbox(['--help']).ended;
  expect(help).toMatchObject({ code: 0, stdout: usage, stderr: '' });
  const wrong = await runSandbox(['--port', '1']).ended;
  expect(wrong).toMatchObject({
    code: 1,
    stdout: '',
    stderr: '--redirect-uri is missing.\n\nFor all options: npm run sandbox -- --help\n',
  });
});

test('npm run sandbox starts this process', async () => {
  const child = spawn('npm', ['run', '--silent', 'sandbox', '--', '--help'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(stdout).toContain('Usage: npm run sandbox -- --redirect-uri <URI> [options]');
});
