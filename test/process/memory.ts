// A process reports how much memory it holds.

import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

const TELL = `process.on('SIGUSR2', () => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write('held: ' + (heapUsed + external) + ' bytes' + String.fromCharCode(10));
})`;

/** Options for Node.js that `heldBy` needs. */
export const TELLS_ITS_MEMORY = ['--expose-gc', `--import=data:text/javascript,${encodeURIComponent(TELL)}`];

/** The memory in use after a full garbage collection, in bytes. Unlike resident memory, it is the same in each run. */
export async function heldBy({ child, stderr }: { child: ChildProcess; stderr(): string }): Promise<number> {
  const told = () => [...stderr().matchAll(/^held: (\d+) bytes\n/gm)].map((match) => Number(match[1]));
  const before = told().length;
  child.kill('SIGUSR2');
  while (told().length === before && child.exitCode === null) await setTimeout(20);
  return told().at(-1) ?? 0;
}
