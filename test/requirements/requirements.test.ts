// Each requirement names tests that exist, or the party that must meet it instead. npm run requirements prints the results.

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asvs } from './asvs.ts';
import { ASVS_IDS, PROTOCOL_IDS } from './ids.ts';
import { protocol } from './protocol.ts';
import { patternOf, titlesIn } from './titles.ts';

test('the rows have each requirement once, and no other', () => {
  const idsOf = (rows: typeof asvs) => rows.map(({ id }) => id).sort();
  expect(idsOf(protocol)).toEqual(PROTOCOL_IDS.toSorted());
  expect(idsOf(asvs)).toEqual(ASVS_IDS.toSorted());
});

test.each([...protocol, ...asvs])('$id: $asks', ({ tests, elsewhere }) => {
  if (elsewhere !== undefined) {
    expect(elsewhere.length).toBeGreaterThan(10);
    return;
  }
  expect(tests.length).toBeGreaterThan(0);
  for (const { file, title } of tests) {
    expect(existsSync(file), file).toBe(true);
    expect(titlesIn(file), `${file}: no test is called “${title}”`).toContain(title);
  }
});

test('titlesIn() finds only titles of tests, and patternOf() matches only whole titles', () => {
  const titles = titlesIn('test/requirements/requirements.test.ts');
  expect(titles).toHaveLength(3);
  expect(titles[1]).toBe('$id: $asks');
  expect(patternOf('a code of %s').test('a code of 4 kB works')).toBe(true);
  expect(patternOf('a code of %s works').test('a code of 4 kB works not')).toBe(false);
  expect(patternOf('a code').test('not a code')).toBe(false);
  expect(patternOf('again (SEED=%s)').test('again (SEED=17)')).toBe(true);
});
