// The line "port", and the ports that the doctor itself uses.

import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { accepts, freePort, takenPort } from '../process/helpers.ts';
import { examined, linesOf, providerForDoctor, resultsOf } from './helpers.ts';

test('a port that is taken fails the last line alone', async () => {
  const { env } = await providerForDoctor();
  const PORT = String(await takenPort('localhost'));
  const findings = await examine({ ...env, PORT });
  expect(linesOf(findings, 'port')).toEqual([
    `✗ port  Port ${PORT} is taken by another process.`,
    '        Stop that one, or set PORT to another port.',
  ]);
  expect(resultsOf(findings).filter((line) => line.endsWith('failed'))).toEqual(['port: failed']);
});

// Of the documentation's addresses (RFC 5737), so nobody's.
test('a HOST that is not this machine', async () => {
  const { env } = await providerForDoctor();
  expect(await examined({ ...env, HOST: '192.0.2.1' }, 'port')).toEqual([
    `✗ port  Port ${env.PORT} of 192.0.2.1 could not be opened (EADDRNOTAVAIL).`,
    '        Check PORT and HOST.',
  ]);
});

test('when it is done, the sandbox that it started and the port that it tried are free again', async () => {
  const [PORT, SANDBOX_PORT] = [await freePort(), await freePort()];
  const env = { PORT: String(PORT), SANDBOX_PORT: String(SANDBOX_PORT) };
  expect((await examine(env)).filter(({ result }) => result === 'failed')).toEqual([]);
  expect(await Promise.all([accepts(PORT), accepts(SANDBOX_PORT)])).toEqual([false, false]);
});
