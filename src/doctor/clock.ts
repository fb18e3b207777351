// This machine's clock beside PingOne's: the Date of its discovery answer (RFC 9110, section 6.6.1).

import { type Check, type Context, type Finding, known } from './check.ts';

/** Half of what the checks of the ID token let pass. The request itself took 5 s at most. */
const TOLERANCE_SECONDS = 30;

/** Clocks that differ by more than 30 s are worth a warning: with more than 60 s sign-ins fail. */
export const clock: Check = { name: 'clock', needs: ['address and TLS'], run: checkClock };

async function checkClock(context: Context): Promise<Finding[]> {
  const { answer, receivedAt = 0 } = known(context.discovered);
  const theirs = Date.parse(String(answer?.headers['date']));
  if (Number.isNaN(theirs)) {
    return [{ result: 'could not tell', message: 'Could not tell: no answer with a Date came.' }];
  }
  // A cache keeps the Date of the answer that it once got (RFC 9111, section 5.1).
  if (answer?.headers['age'] !== undefined) {
    return [{ result: 'could not tell', message: 'Could not tell: the answer comes from a cache.' }];
  }
  const seconds = Math.round((receivedAt - theirs) / 1000);
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) {
    return [{ result: 'passed', message: `It differs from PingOne’s by ${TOLERANCE_SECONDS} s at most.` }];
  }
  const [here, there] = [receivedAt, theirs].map((time) => `${new Date(time).toISOString().slice(0, 19)}Z`);
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  return [
    {
      result: 'warning',
      message: `It is ${Math.abs(seconds)} s ${direction} PingOne’s: here ${here}, there ${there}.`,
      next: 'Have this machine set its clock over the network (NTP): beyond 60 s, ID tokens are refused.',
    },
  ];
}
