import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { postTo, REDIRECT_URI, refreshForm, SIGN_OFF_URL, sandboxForTest, signIn } from './helpers.ts';

// In its own file, so that it has a new process, because oidc-provider prints each notice only once.
test('a start, a sign-in and an error print nothing on the terminal', async () => {
  const written = [
    ...(['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name)),
    vi.spyOn(process.stdout, 'write'),
    vi.spyOn(process.stderr, 'write'),
  ];
  onTestFinished(() => void vi.restoreAllMocks());
  const sandbox = await sandboxForTest();
  const { tokens } = await signIn(sandbox);
  const headers = { authorization: `Bearer ${tokens.access_token}`, origin: 'http://localhost:3000' };
  await fetch(`${sandbox.issuer}/userinfo`, { headers });
  const { client_id, client_secret, refresh_token: token } = refreshForm(sandbox, tokens.refresh_token);
  await postTo(sandbox, '/revoke', { client_id, client_secret, token });
  await fetch(`${sandbox.issuer}/token`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
  await fetch(`${sandbox.issuer}/authorize?client_id=unknown`);
  expect(written.flatMap(({ mock }) => mock.calls)).toEqual([]);
});

test('loading and starting the sandbox in a new process prints nothing', async () => {
  const file = join(import.meta.dirname, '../../src/sandbox/sandbox.ts');
  const script = `const { startSandbox } = await import(${JSON.stringify(file)});
    await (await startSandbox({ port: 0, ...${JSON.stringify({ redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL })} })).close();`;
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout + stderr).toBe('');
});
