// What nothing caught, and what a terminal shows: both need a process.

import { expect, test } from 'vitest';
import { startListening, startProcess } from './helpers.ts';

/** Nobody is asked for anything there. */
const UNREACHABLE = {
  PINGONE_ISSUER: 'http://127.0.0.1:9/as',
  PINGONE_CLIENT_ID: 'nobody',
  PINGONE_CLIENT_SECRET: 'made up',
};

const withCode = (code: string) => [`--import=data:text/javascript,${encodeURIComponent(code)}`];

test('an error that nothing caught ends the process, with a line in the log that does not quote it', async () => {
  const throwLater = "process.on('SIGUSR2', () => { throw new TypeError(['can', 'ary'].join('')); })";
  const app = await startListening(UNREACHABLE, withCode(throwLater));
  expect(await app.stop('SIGUSR2')).toEqual({ code: 1, signal: null });
  const last = JSON.parse(app.stdout().trim().split('\n').at(-1) ?? '');
  expect(last).toMatchObject({ level: 'fatal', error: { type: 'TypeError' } });
  expect(app.stdout() + app.stderr()).not.toContain('canary');
});

test('each line on stdout is JSON; what Node.js itself warns of is on stderr, in its own words', async () => {
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
  // Who collects logs must know of it: it is no JSON, and neither is what is printed for people at start.
  expect(app.stderr()).toContain('[DEP0] DeprecationWarning: made up');
});

test('on a terminal the log is for people, a line for each thing', async () => {
  const app = startProcess(UNREACHABLE, withCode('process.stdout.isTTY = true'));
  await app.says('listening');
  await app.says('PingOne is not ready');
  await app.stop();
  const lines = app.stdout().trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] \S*(INFO|WARN)/);
  expect(lines.some((line) => line.includes('stopped'))).toBe(true);
});
