// Each requirement names tests that exist, or says who else must see to it. What became of them: npm run requirements.

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asvs } from './asvs.ts';
import { protocol } from './protocol.ts';

const ROWS = [...protocol, ...asvs];

test('each has an id of its own', () => {
  const ids = ROWS.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test.each(ROWS)('$id: $asks', ({ tests, elsewhere }) => {
  if (elsewhere !== undefined) {
    expect(elsewhere.length).toBeGreaterThan(10);
    return;
  }
  expect(tests.length).toBeGreaterThan(0);
  for (const { file, title } of tests) {
    expect(existsSync(file), file).toBe(true);
    expect(readFileSync(file, 'utf8'), file).toContain(title);
  }
});
