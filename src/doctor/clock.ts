// Compares the clock of this machine with the Date header of PingOne's discovery response (RFC 9110, section 6.6.1).

import { type DoctorCheck, type Examination, type Finding, required } from './check.ts';

/** Half of what the checks of an ID token tolerate. The discovery request itself takes at most 5 s. */
const TOLERANCE_SECONDS = 30;

/** A difference of more than 30 s is a warning: with more than 60 s, sign-ins fail. */
export const clock: DoctorCheck = { name: 'clock', needs: ['address and TLS'], run: checkClock };

async function checkClock(context: Examination): Promise<Finding[]> {
  const { exchange } = required(context.discovered);
  const { startedAtMs = 0, durationMs = 0, responseHeaders = {} } = exchange ?? {};
  const receivedAt = startedAtMs + durationMs;
  const theirs = Date.parse(responseHeaders['date'] ?? '');
  // A cache returns the Date of the response that it stored (RFC 9111, section 5.1).
  const isCached = responseHeaders['age'] !== undefined;
  if (Number.isNaN(theirs) || isCached) {
    const why = isCached ? 'the response comes from a cache' : 'no response with a Date header arrived';
    return [{ result: 'warning', message: `Not compared with PingOne’s clock: ${why}.` }];
  }
  const seconds = Math.round((receivedAt - theirs) / 1000);
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) {
    const message = `The clock of this machine and PingOne’s clock differ by at most ${TOLERANCE_SECONDS} s.`;
    return [{ result: 'passed', message }];
  }
  const [here, there] = [receivedAt, theirs].map((time) => `${new Date(time).toISOString().slice(0, 19)}Z`);
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  const message = `The clock of this machine is ${Math.abs(seconds)} s ${direction} PingOne’s clock: ${here} on this machine, ${there} at PingOne.`;
  const next = 'Synchronize this clock with NTP. If the difference exceeds 60 s, this app rejects ID tokens.';
  return [{ result: 'warning', message, next }];
}
