// The line "port", and the ports that the doctor itself uses.

import { expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { accepts, freePort, takenPort } from '../process/helpers.ts';
import { examined, linesOf, providerForDoctor, resultsOf } from './helpers.ts';

test('if another process uses the port, only the line for the port fails', async () => {
  const { env } = await providerForDoctor();
  const PORT = String(await takenPort('localhost'));
  const findings = await examine({ ...env, PORT });
  expect(linesOf(findings, 'port')).toEqual([
    `✗ port  Another process uses port ${PORT}.`,
    '        Next step: Stop that process, or set PORT to another port.',
  ]);
  expect(resultsOf(findings).filter((line) => line.endsWith('failed'))).toEqual(['port: failed']);
});

// An address that is reserved for documentation (RFC 5737), so no machine has it.
test('a HOST that is not an address of this machine fails', async () => {
  const { env } = await providerForDoctor();
  expect(await examined({ ...env, HOST: '192.0.2.1' }, 'port')).toEqual([
    `✗ port  This process could not open port ${env.PORT} of 192.0.2.1 (EADDRNOTAVAIL).`,
    '        Next step: Check PORT and HOST.',
  ]);
});

test('at the end, the ports of the sandbox and of the app are free again', async () => {
  const [PORT, SANDBOX_PORT] = [await freePort(), await freePort()];
  const env = { PORT: String(PORT), SANDBOX_PORT: String(SANDBOX_PORT) };
  expect((await examine(env)).filter(({ result }) => result === 'failed')).toEqual([]);
  expect(await Promise.all([accepts(PORT), accepts(SANDBOX_PORT)])).toEqual([false, false]);
});
