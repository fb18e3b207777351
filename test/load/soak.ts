// npm run soak: ten sign-ins a second for ten minutes (npm run soak -- 2 for two), one in a hundred of which PingOne
// spoils. Prints what the app's process holds, and ends with 1 if that is not flat.

import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { signIn, standInForMany } from './many.ts';

const MINUTES = Number(process.argv[2] ?? 10);
const PER_SECOND = 10;
const FAULT_EVERY = 100;
const PORT = 3900;
const URL_OF_APP = `http://localhost:${PORT}`;

interface Sample {
  minute: string;
  signedIn: number;
  failed: number;
  memoryMB: number;
  handles: number;
}

let asked = 0;
const standIn = await standInForMany();
const good = standIn.scripts['token'];
standIn.scripts['token'] = (request, response) => {
  asked += 1;
  standIn.received.length = 0;
  return asked % FAULT_EVERY === 0 ? { status: 500 } : good?.(request, response);
};

const env = {
  PINGONE_ISSUER: standIn.issuer,
  PINGONE_CLIENT_ID: standIn.clientId,
  PINGONE_CLIENT_SECRET: standIn.clientSecret,
  PORT: String(PORT),
  LOGIN_RATE_LIMIT: '0',
  LOG_LEVEL: 'fatal',
};
// 10,000 sessions are held at most; the rest of the heap must not grow.
const app = spawn(process.execPath, ['--max-old-space-size=200', 'src/main.ts'], { env, stdio: 'ignore' });
const samples: Sample[] = [];
let [signedIn, failed, ended] = [0, 0, false];
app.once('exit', () => {
  ended = true;
});

try {
  await setTimeout(3_000);
  const endAt = Date.now() + MINUTES * 60_000;
  const sampler = sample(endAt);
  while (Date.now() < endAt && !ended) {
    signIn(URL_OF_APP).then(count, () => count(0));
    await setTimeout(1000 / PER_SECOND);
  }
  await sampler;
} finally {
  app.kill();
  await standIn.close();
}
report();

function count(status: number): void {
  if (status === 200) signedIn += 1;
  else failed += 1;
}

/** Twelve times over the run. */
async function sample(endAt: number): Promise<void> {
  const [startedAt, every] = [Date.now(), (endAt - Date.now()) / 12];
  while (Date.now() < endAt && !ended) {
    await setTimeout(every);
    const status = await readFile(`/proc/${app.pid}/status`, 'utf8').catch(() => '');
    const handles = await readdir(`/proc/${app.pid}/fd`).catch(() => []);
    const memoryMB = Math.round(Number(status.match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) / 1024);
    const minute = ((Date.now() - startedAt) / 60_000).toFixed(1);
    const line = { minute, signedIn, failed, memoryMB, handles: handles.length };
    samples.push(line);
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** Flat: the last quarter holds no more than the one in the middle, give or take what noise there is. */
function report(): void {
  const mean = (part: Sample[], of: 'memoryMB' | 'handles') =>
    part.reduce((sum, line) => sum + line[of], 0) / part.length;
  const [middle, last] = [samples.slice(4, 8), samples.slice(-3)];
  const grown = {
    memoryMB: mean(last, 'memoryMB') - mean(middle, 'memoryMB'),
    handles: mean(last, 'handles') - mean(middle, 'handles'),
  };
  const expected = (signedIn + failed) / FAULT_EVERY;
  const isFlat = !ended && grown.memoryMB < 40 && grown.handles < 20 && Math.abs(failed - expected) <= 5;
  process.stdout.write(`${JSON.stringify({ grown, expectedToFail: expected, flat: isFlat })}\n`);
  process.exitCode = isFlat ? 0 : 1;
}
