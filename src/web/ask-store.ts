// Questions to a store, which may be slow, fail or never answer.

import { WebError } from './web-errors.ts';

const STORE_LIMIT_MS = 2_000;

/** Asks the store and waits, but not for ever. @throws WebError session_store_unavailable */
export async function askStore(question: (done: (error?: unknown) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error?: unknown) => reject(new WebError('session_store_unavailable', error));
    const timer = setTimeout(fail, STORE_LIMIT_MS);
    const done = (error?: unknown) => {
      clearTimeout(timer);
      if (error) fail(error);
      else resolve();
    };
    try {
      question(done);
    } catch (error) {
      done(error);
    }
  });
}

/** What the store answers, if it answers in time. @throws WebError session_store_unavailable */
export async function answerOf<T>(asked: Promise<T>): Promise<T> {
  let answer: { value: T } | undefined;
  await askStore((done) => {
    asked.then((value) => {
      answer = { value };
      done();
    }, done);
  });
  return (answer as { value: T }).value;
}
