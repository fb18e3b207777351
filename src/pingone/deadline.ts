// How long one piece of work may take.

import { SignInError } from './errors.ts';

/**
 * Runs `work` until a deadline, in milliseconds of performance.now(). undici hears an abort only once its socket is
 * connected, so the timer does not only abort the work: it races it.
 * @param what for the error's message: whose time ran out
 * @throws SignInError pingone_timeout
 */
export async function beforeDeadline<T>(
  deadline: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const milliseconds = deadline - performance.now();
  const late = () => new SignInError('pingone_timeout', { detail: `${what} did not end in time.` });
  if (milliseconds <= 0) throw late();
  const aborter = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
      aborter.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(aborter.signal), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
