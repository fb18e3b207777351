// npm run soak: for ten minutes, ten users a second sign in, view their claims and sign out (npm run soak -- 2: for two
// minutes). One token request in a hundred fails, and one user in ten abandons the sign-in. The script prints the memory
// and the handles of the app's process, and exits with status 1 if they grow.
//
// A pending sign-in is an encrypted cookie in its browser, so abandoned sign-ins must use no memory in the app. The app
// remembers each used state for about half an hour, with about a hundred bytes each.

import { spawn } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { heldBy, TELLS_ITS_MEMORY } from '../process/memory.ts';
import { providerForMany, startSignIn } from './many.ts';

const MINUTES = Number(process.argv[2] ?? 10);
const PER_SECOND = 10;
const FAULT_EVERY = 100;
const ABANDONED_EVERY = 10;
const PORT = 3900;
const URL_OF_APP = `http://localhost:${PORT}`;
/** How much the mean of the last samples may exceed the mean of the middle. The used states account for up to 0.4 MB. */
const MAY_GROW = { inUseMB: 2, memoryMB: 20, handles: 10, sockets: 10 };

type Figure = keyof typeof MAY_GROW;
type Sample = Record<Figure, number>;

let tokenRequests = 0;
const providerDouble = await providerForMany();
const good = providerDouble.scripts['token'];
providerDouble.scripts['token'] = (request, response) => {
  tokenRequests += 1;
  providerDouble.received.length = 0;
  return tokenRequests % FAULT_EVERY === 0 ? { status: 500 } : good?.(request, response);
};

const env = {
  PINGONE_ISSUER: providerDouble.issuer,
  PINGONE_CLIENT_ID: providerDouble.clientId,
  PINGONE_CLIENT_SECRET: providerDouble.clientSecret,
  PORT: String(PORT),
  LOGIN_RATE_LIMIT: '0',
  LOG_LEVEL: 'fatal',
};
const child = spawn(process.execPath, [...TELLS_ITS_MEMORY, 'src/main.ts'], {
  env,
  stdio: ['ignore', 'ignore', 'pipe'],
});
let stderr = '';
child.stderr.setEncoding('utf8').on('data', (text: string) => {
  stderr += text;
});
const app = { child, stderr: () => stderr };
const samples: Sample[] = [];
const outcomes = { signedOut: 0, failed: 0, abandoned: 0, unexpected: 0 };

try {
  await setTimeout(3_000);
  const endAt = Date.now() + MINUTES * 60_000;
  const sampler = sample(endAt);
  for (let user = 1; Date.now() < endAt && child.exitCode === null; user += 1) {
    visit(user).then(
      (outcome) => {
        outcomes[outcome] += 1;
      },
      () => {
        outcomes.unexpected += 1;
      },
    );
    await setTimeout(1000 / PER_SECOND);
  }
  await sampler;
} finally {
  child.kill();
  await providerDouble.close();
}
report();

async function visit(user: number): Promise<keyof typeof outcomes> {
  const { browser, finish } = await startSignIn(URL_OF_APP);
  if (user % ABANDONED_EVERY === 0) return 'abandoned';
  const { status } = await finish();
  if (status === 502) return 'failed';
  const profile = await browser.get(`${URL_OF_APP}/profile`);
  const signOut = await browser.post(`${URL_OF_APP}/logout`);
  return profile.status === 200 && signOut.status === 200 ? 'signedOut' : 'unexpected';
}

/** Takes and prints twelve samples during the run. */
async function sample(endAt: number): Promise<void> {
  const [startedAt, every] = [Date.now(), (endAt - Date.now()) / 12];
  while (Date.now() < endAt && child.exitCode === null) {
    await setTimeout(every);
    const inUseMB = Math.round((await heldBy(app)) / 1e5) / 10;
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const memoryMB = Math.round(Number(status.match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) / 1024);
    const handles = await handlesOf(child.pid);
    const sockets = handles.filter((handle) => handle.startsWith('socket:')).length;
    const figures = { inUseMB, memoryMB, handles: handles.length, sockets };
    samples.push(figures);
    const minute = ((Date.now() - startedAt) / 60_000).toFixed(1);
    process.stdout.write(`${JSON.stringify({ minute, ...outcomes, ...figures })}\n`);
  }
}

/** The target of each open file handle of the process. */
async function handlesOf(pid = 0): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
}

/** Prints the result. The figures are flat if the last samples exceed the middle ones by no more than MAY_GROW. */
function report(): void {
  const mean = (part: Sample[], of: Figure) => part.reduce((sum, line) => sum + line[of], 0) / part.length;
  const [middle, last] = [samples.slice(4, 8), samples.slice(-3)];
  const figures = Object.keys(MAY_GROW) as Figure[];
  const grown = Object.fromEntries(
    figures.map((figure) => [figure, Math.round(10 * (mean(last, figure) - mean(middle, figure))) / 10]),
  );
  const ended = child.exitCode !== null;
  const isFlat = !ended && figures.every((figure) => (grown[figure] ?? 0) <= MAY_GROW[figure]);
  const expectedToFail = Math.floor(tokenRequests / FAULT_EVERY);
  // One sign-in may still be running.
  const asExpected = Math.abs(outcomes.failed - expectedToFail) <= 1 && outcomes.unexpected === 0;
  process.stdout.write(
    `${JSON.stringify({ grown, mayGrow: MAY_GROW, expectedToFail, ...outcomes, flat: isFlat, asExpected })}\n`,
  );
  process.exitCode = isFlat && asExpected ? 0 : 1;
}
