// The sandbox's README lists the faults of the sandbox's table. test/faults.test.ts tries each of them.
// After a change: npx vitest run test/readme-faults.test.ts --update=all

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FAULTS, SIGNED_IN } from '../src/sandbox/faults/index.ts';

const PAGE = fileURLToPath(new URL('../src/sandbox/README.md', import.meta.url));

test('each fault names the source of its rule', () => {
  expect(FAULTS.filter(({ rule }) => !/\([^()]+\)\.$/.test(rule))).toEqual([]);
});

test('the README lists each fault of the sandbox, and how the sign-in must end', async () => {
  const resultOf = (end: string) => (end === SIGNED_IN ? end : `\`${end}\``);
  const rows = FAULTS.map(({ title, end }) => `${title} | ${resultOf(end)}`);
  const table = ['fault | expected result', '--- | ---', ...rows].join('\n');
  const [before, , after] = readFileSync(PAGE, 'utf8').split(/<!-- \/?faults -->/);
  expect([before, after]).not.toContain(undefined);
  await expect(`${before}<!-- faults -->\n\n${table}\n\n<!-- /faults -->${after}`).toMatchFileSnapshot(PAGE);
});
