// The README's list of faults is the table's: what it promises is what test/faults.test.ts tries.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAULTS } from '../src/sandbox/faults.ts';

test('each fault of the sandbox is listed with what it tries and how it ends', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = FAULTS.map(({ title, defence, end }) => `| ${title} | ${defence} | \`${end}\` |`);
  const listed = readme.split('<!-- faults -->')[1]?.split('<!-- /faults -->')[0] ?? '';
  expect(listed.trim()).toBe(['| fault | what it tries | ends |', '|---|---|---|', ...rows].join('\n'));
});
