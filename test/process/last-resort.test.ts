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

test('on a terminal the log is for people, a line for each thing', async () => {
  const app = startProcess(UNREACHABLE, withCode('process.stdout.isTTY = true'));
  await app.says('listening');
  await app.says('PingOne is not ready');
  await app.stop();
  const lines = app.stdout().trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] \S*(INFO|WARN)/);
  expect(lines.some((line) => line.includes('stopped'))).toBe(true);
});
