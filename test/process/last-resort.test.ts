// Uncaught errors and output on a terminal, which only a process can show.

import { expect, test } from 'vitest';
import { startListening, startProcess } from './helpers.ts';

/** No server listens at this address. */
const UNREACHABLE = {
  PINGONE_ISSUER: 'http://127.0.0.1:9/as',
  PINGONE_CLIENT_ID: 'an-id',
  PINGONE_CLIENT_SECRET: 'made up',
};

const withCode = (code: string) => [`--import=data:text/javascript,${encodeURIComponent(code)}`];

test('an uncaught error ends the process, and the log has a line about it that does not quote its message', async () => {
  const throwLater = "process.on('SIGUSR2', () => { throw new TypeError(['can', 'ary'].join('')); })";
  const app = await startListening(UNREACHABLE, withCode(throwLater));
  expect(await app.stop('SIGUSR2')).toEqual({ code: 1, signal: null });
  const last = JSON.parse(app.stdout().trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ level: 'fatal', error: { type: 'TypeError' } });
  expect(app.stdout() + app.stderr()).not.toContain('canary');
});

test('each line on stdout is JSON; warnings of Node.js itself are on stderr, as plain text', async () => {
  const warnLater =
    "process.on('SIGUSR2', () => process.emitWarning('made up', 'DeprecationWarning', 'DEP0'))";
  const app = await startListening(UNREACHABLE, withCode(warnLater));
  await app.says('PingOne is not ready');
  await fetch(`${app.url}/login`);
  app.child.kill('SIGUSR2');
  await app.says('made up');
  await app.stop();
  const lines = app.stdout().trim().split('\n');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
  // Operators who collect stderr must expect text: neither this warning nor the start block is JSON.
  expect(app.stderr()).toContain('[DEP0] DeprecationWarning: made up');
});

test('on a terminal, the log is readable text, with one line for each event', async () => {
  const app = startProcess(UNREACHABLE, withCode('process.stdout.isTTY = true'));
  await app.says('listening');
  await app.says('PingOne is not ready');
  await app.stop();
  const lines = app.stdout().trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] \S*(INFO|WARN)/);
  expect(lines.some((line) => line.includes('stopped'))).toBe(true);
});
