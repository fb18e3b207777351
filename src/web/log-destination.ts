// Writes the log to standard output, whatever happens to the process that reads it. pino.destination() waits
// forever if the reader stalls or the disk is full when the process exits. A measurement showed that it
// is not faster, either.

import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** A few thousand lines. */
const WAITING_LIMIT_BYTES = 1024 * 1024;
const EXIT_LIMIT_MS = 1_000;

interface LogDestination {
  write(line: string): void;
  /**
   * Resolves when all lines are written or lost, after 1 s at most. The process must wait for this before it
   * exits.
   */
  flushed(): Promise<void>;
}

/**
 * While the log cannot be written, the app keeps running and drops lines. One line on stderr reports this.
 * When the log can be written again, it gets one line with the number of lost lines.
 */
export function createLogDestination(streams: Record<'stdout' | 'stderr', Writable>): LogDestination {
  const { stdout, stderr } = streams;
  let lost = 0;

  function dropLine(why: string): void {
    lost += 1;
    if (lost > 1) return;
    stderr.write(`This app cannot write its log (${why}). It keeps running, and drops lines until it can.\n`);
  }

  function onWritten(error?: NodeJS.ErrnoException | null): void {
    if (error) return void dropLine(error.code ?? error.name);
    // Waits until a slow reader has caught up. Otherwise, these messages would repeat again and again.
    if (lost === 0 || stdout.writableLength > 0) return;
    const line = { level: 'warn', time: new Date().toISOString(), lines: lost, msg: 'log lines were lost' };
    lost = 0;
    stdout.write(`${JSON.stringify(line)}\n`, onWritten);
  }

  // An error without a listener would end the process. `onWritten` also receives the errors of stdout.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    write(line) {
      if (stdout.writableLength > WAITING_LIMIT_BYTES) return dropLine('the reader is too slow');
      stdout.write(line, onWritten);
    },
    async flushed() {
      const { promise, resolve } = Promise.withResolvers<void>();
      stdout.write('', () => resolve());
      await Promise.race([promise, sleep(EXIT_LIMIT_MS)]);
    },
  };
}
