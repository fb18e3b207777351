// This machine's clock beside PingOne's: the Date of its discovery response (RFC 9110, section 6.6.1).

import { type Check, type Context, type Finding, known } from './check.ts';

/** Half of what the checks of the ID token tolerate. The request itself took 5 s at most. */
const TOLERANCE_SECONDS = 30;

/** Clocks that differ by more than 30 s are worth a warning: with more than 60 s sign-ins fail. */
export const clock: Check = { name: 'clock', needs: ['address and TLS'], run: checkClock };

async function checkClock(context: Context): Promise<Finding[]> {
  const { startedAtMs = 0, durationMs = 0, responseHeaders = {} } = known(context.discovered).exchange ?? {};
  const receivedAt = startedAtMs + durationMs;
  const theirs = Date.parse(responseHeaders['date'] ?? '');
  // A cache keeps the Date of the response that it once got (RFC 9111, section 5.1).
  const isCached = responseHeaders['age'] !== undefined;
  if (Number.isNaN(theirs) || isCached) {
    const why = isCached ? 'the response comes from a cache' : 'no response with a Date came';
    return [{ result: 'warning', message: `Could not tell: ${why}.` }];
  }
  const seconds = Math.round((receivedAt - theirs) / 1000);
  if (Math.abs(seconds) <= TOLERANCE_SECONDS) {
    return [{ result: 'passed', message: `It differs from PingOne’s by ${TOLERANCE_SECONDS} s at most.` }];
  }
  const [here, there] = [receivedAt, theirs].map((time) => `${new Date(time).toISOString().slice(0, 19)}Z`);
  const direction = seconds > 0 ? 'ahead of' : 'behind';
  const message = `It is ${Math.abs(seconds)} s ${direction} PingOne’s: here ${here}, there ${there}.`;
  const next = 'Set the clock of this machine by NTP: beyond 60 s, this app rejects ID tokens.';
  return [{ result: 'warning', message, next }];
}
