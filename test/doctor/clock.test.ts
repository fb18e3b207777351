// The line "clock": compares the clock of this machine with the Date of PingOne's response.

import { expect, onTestFinished, test, vi } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import { examined, linesOf, providerForDoctor } from './helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';

test.each([
  [-120, 'behind'],
  [3600, 'ahead of'],
])('with a difference of %i s, the line shows both times and the difference', async (seconds, direction) => {
  const { provider, env } = await providerForDoctor();
  const date = new Date(Date.now() - seconds * 1000);
  provider.scripts[DISCOVERY] = () => ({ headers: { date: date.toUTCString() }, body: provider.metadata });
  const [line = '', next] = await examined(env, 'clock');
  const [, found, , here = '', there] =
    /^! clock {2}Warning: The clock of this machine is (\d+) s (.+) PingOne’s clock: (\S+) on this machine, (\S+) at PingOne\.$/.exec(
      line,
    ) ?? [];
  // A Date has whole seconds, and the request takes its time.
  expect(Math.abs(Number(found) - Math.abs(seconds))).toBeLessThan(10);
  expect(line).toContain(` s ${direction} PingOne’s`);
  expect(there).toBe(`${date.toISOString().slice(0, 19)}Z`);
  expect(Math.abs(Date.parse(here) - Date.now())).toBeLessThan(10_000);
  expect(next).toContain('with NTP');
});

test.each([
  [30, '✓ clock  The clock of this machine and PingOne’s clock differ by at most 30 s.'],
  [-30, '✓ clock  The clock of this machine and PingOne’s clock differ by at most 30 s.'],
  [
    31,
    '! clock  Warning: The clock of this machine is 31 s ahead of PingOne’s clock: 2026-03-01T12:00:00Z on this machine, 2026-03-01T11:59:29Z at PingOne.',
  ],
  [
    -31,
    '! clock  Warning: The clock of this machine is 31 s behind PingOne’s clock: 2026-03-01T12:00:00Z on this machine, 2026-03-01T12:00:31Z at PingOne.',
  ],
])('with a difference of %i s: more than 30 s is a warning', async (seconds, line) => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  vi.useFakeTimers({ toFake: ['Date'], now });
  onTestFinished(() => void vi.useRealTimers());
  const { provider, env } = await providerForDoctor();
  const date = new Date(now - seconds * 1000).toUTCString();
  provider.scripts[DISCOVERY] = () => ({ headers: { date }, body: provider.metadata });
  expect((await examined(env, 'clock'))[0]).toBe(line);
});

test.each([
  [{ date: 'yesterday' }, 'no response with a Date header arrived.'],
  [{ age: '7200', date: new Date(0).toUTCString() }, 'the response comes from a cache.'],
])('with %o, the clocks cannot be compared, which does not change the exit code', async (headers, why) => {
  const { provider, env } = await providerForDoctor();
  provider.scripts[DISCOVERY] = () => ({ headers: { ...headers }, body: provider.metadata });
  const findings = await examine(env);
  expect(linesOf(findings, 'clock')).toEqual([`! clock  Warning: Not compared with PingOne’s clock: ${why}`]);
  expect(exitCodeOf(findings)).toBe(0);
});
