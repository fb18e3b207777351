// Where the log goes: standard output, whatever becomes of what reads it. Not pino.destination(): if its reader stalls or
// the disk is full when the process exits, it waits forever, and measured here it costs as much.

import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Some thousand lines. */
const WAITING_LIMIT_BYTES = 1024 * 1024;
const EXIT_LIMIT_MS = 1_000;

interface LogDestination {
  write(line: string): void;
  /** Resolves when everything is written or lost, after 1 s at most: what the process must wait for before it exits. */
  flushed(): Promise<void>;
}

/**
 * Drops lines while they cannot be written: one line on stderr says so, and one in the log says how many, when it works
 * again. The app goes on meanwhile.
 */
export function createLogDestination({
  stdout,
  stderr,
}: Record<'stdout' | 'stderr', Writable>): LogDestination {
  let lost = 0;

  function lose(why: string): void {
    lost += 1;
    if (lost > 1) return;
    stderr.write(`The log cannot be written (${why}). The app goes on, and drops log lines until it can.\n`);
  }

  function written(error?: NodeJS.ErrnoException | null): void {
    if (error) return void lose(error.code ?? error.name);
    // Not before a slow reader has caught up, or this would be said again and again.
    if (lost === 0 || stdout.writableLength > 0) return;
    const line = { level: 'warn', time: new Date().toISOString(), lines: lost, msg: 'log lines were lost' };
    lost = 0;
    stdout.write(`${JSON.stringify(line)}\n`, written);
  }

  // An error that no listener hears ends the process; `written` is told of those of stdout as well.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  return {
    write(line) {
      if (stdout.writableLength > WAITING_LIMIT_BYTES) return lose('its reader is too slow');
      stdout.write(line, written);
    },
    async flushed() {
      const { promise, resolve } = Promise.withResolvers<void>();
      stdout.write('', () => resolve());
      await Promise.race([promise, sleep(EXIT_LIMIT_MS)]);
    },
  };
}
