// The sandbox's README lists the faults of the sandbox's table. test/faults.test.ts tries each of them.
// After a change: npx vitest run test/readme-faults.test.ts --update=all

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FAULTS } from '../src/sandbox/faults/index.ts';

const PAGE = fileURLToPath(new URL('../src/sandbox/README.md', import.meta.url));

test('the README lists each fault of the sandbox, with the source of its rule and how the sign-in ends', async () => {
  const sourceOf = (rule: string) => /\(([^()]+)\)\.$/.exec(rule)?.[1];
  expect(FAULTS.map(({ rule }) => sourceOf(rule))).not.toContain(undefined);
  const rows = FAULTS.map(({ title, rule, end }) => `| ${title} | ${sourceOf(rule)} | \`${end}\` |`);
  const table = ['| fault | source of the rule | ends |', '|---|---|---|', ...rows].join('\n');
  const [before, , after] = readFileSync(PAGE, 'utf8').split(/<!-- \/?faults -->/);
  expect([before, after]).not.toContain(undefined);
  await expect(`${before}<!-- faults -->\n${table}\n<!-- /faults -->${after}`).toMatchFileSnapshot(PAGE);
});
