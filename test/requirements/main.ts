// npm run requirements: runs the tests that the requirements name, and prints the result of each requirement.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asvs } from './asvs.ts';
import { protocol } from './protocol.ts';
import type { Row } from './rows.ts';
import { patternOf } from './titles.ts';

interface Result {
  file: string;
  title: string;
  status: string;
}

const ROWS = [...protocol, ...asvs];
/** The tests with a browser and the tests with Redis have their own settings. */
const SETS = [
  { config: 'vitest.config.ts', folder: /^test\/(?!browser\/|redis\/)/ },
  { config: 'vitest.browser.config.ts', folder: /^test\/browser\// },
  { config: 'vitest.redis.config.ts', folder: /^test\/redis\// },
];

const results = SETS.flatMap(run);
const lines = ROWS.map((row) => ({ row, ...judge(row) }));
for (const { row, result, shows } of lines) {
  process.stdout.write(`${row.id.padEnd(24)} ${result.padEnd(13)} ${row.asks}\n`);
  const departs = row.departs ? [`Departs: ${row.departs}`] : [];
  for (const line of [...shows, ...departs]) process.stdout.write(`${' '.repeat(39)}${line}\n`);
}
const count = (wanted: string) => lines.filter(({ result }) => result === wanted).length;
process.stdout.write(
  `\n${count('passed')} shown by tests, ${count('elsewhere')} elsewhere, ${count('failed')} failed, ${count('not run')} not run\n`,
);
process.exitCode = count('failed') + count('not run') > 0 ? 1 : 0;

/** Runs the files of one set that a requirement names. Returns no results if vitest could not run. */
function run({ config, folder }: (typeof SETS)[number]): Result[] {
  const files = new Set(
    ROWS.flatMap(({ tests }) => tests.map(({ file }) => file)).filter((file) => folder.test(file)),
  );
  const place = mkdtempSync(join(tmpdir(), 'requirements-'));
  const report = join(place, 'report.json');
  const reporters = ['--reporter=json', `--outputFile.json=${report}`];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...reporters, ...files];
  spawnSync(process.execPath, vitest, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    return testResults.flatMap(({ name, assertionResults }: { name: string; assertionResults: Result[] }) =>
      assertionResults.map(({ title, status }) => ({ file: name, title, status })),
    );
  } catch {
    return [];
  } finally {
    rmSync(place, { recursive: true });
  }
}

function judge({ tests, elsewhere }: Row): { result: string; shows: string[] } {
  if (elsewhere !== undefined) return { result: 'elsewhere', shows: [elsewhere] };
  const found = tests.map(({ file, title }) => ({
    line: `${file}: ${title}`,
    of: results.filter((result) => result.file.endsWith(file) && patternOf(title).test(result.title)),
  }));
  const shows = found.map(({ line, of }) => `${line} (${of.filter(isPassed).length} of ${of.length})`);
  if (found.some(({ of }) => of.length === 0)) return { result: 'not run', shows };
  return { result: found.every(({ of }) => of.every(isPassed)) ? 'passed' : 'failed', shows };
}

function isPassed({ status }: Result): boolean {
  return status === 'passed';
}
