// JSON values from outside: whatever they are, a record's copy of them is small, the work is linear, and nothing throws.

import { expect, test } from 'vitest';
import { printJson, truncate, truncateObject } from '../../src/flow/json.ts';

const LIMIT_BYTES = 2_048;
const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Random numbers from a seed (mulberry32), so that a failure can be repeated. */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const NAMES = [
  'toString',
  'toJSON',
  'then',
  '__proto__',
  'constructor',
  'length',
  '0',
  '…',
  '',
  'é\u0000"\\',
];
const TEXTS = [
  '',
  'x'.repeat(5_000),
  '[ '.repeat(3_000),
  '\ud800',
  '漢'.repeat(900),
  '\u0000'.repeat(900),
  '"\\'.repeat(900),
  '</pre>',
];
const NUMBERS = [0, -0, 1e308, 5e-324, Number.MAX_SAFE_INTEGER];

/** Any JSON value, as JSON.parse would make it. */
function anyValue(random: (below: number) => number, depth = 0): unknown {
  const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
  const kind = random(depth > 60 ? 4 : 7);
  if (kind === 0) return pick(TEXTS);
  if (kind === 1) return pick(NUMBERS);
  if (kind === 2) return random(2) === 0;
  if (kind === 3) return null;
  const size = random(depth === 0 ? 200 : 4);
  const values = Array.from({ length: size }, () => anyValue(random, depth + 1));
  if (kind === 4) return values;
  const fields = values.map(
    (value, index) => `${JSON.stringify(pick(NAMES) + (index || ''))}:${JSON.stringify(value)}`,
  );
  return JSON.parse(`{${fields.join(',')}}`);
}

const seed = Date.now() % 1_000_000;

test(`a copy is at most 2 KiB, and prints as the same JSON (seed ${seed})`, () => {
  const random = randomFrom(seed);
  for (let round = 0; round < 300; round += 1) {
    const value = { first: anyValue(random), second: anyValue(random) };
    const copy = truncateObject(value);
    expect(sizeOf(copy), `round ${round}`).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(JSON.parse(printJson(copy)), `round ${round}`).toEqual(JSON.parse(JSON.stringify(copy)));
  }
});

test.each(['"', '\\', '\n', '\u007f', 'é', '漢', '\ud800'])(
  'a copy of texts of %j is at most 2 KiB',
  (character) => {
    const texts = Array.from({ length: 20 }, () => character.repeat(250));
    expect(sizeOf(truncateObject({ texts }))).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(sizeOf(truncateObject(Object.fromEntries(texts.entries())))).toBeLessThanOrEqual(LIMIT_BYTES);
  },
);

test('a small value stays as it is', () => {
  const value = JSON.parse(
    '{"toString":1,"toJSON":{"then":2},"__proto__":{"a":[1,[2,{}],null]},"sub":"ada","lone":"\\ud800","big":1e308}',
  );
  const copy = truncateObject(value);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

test('the copy of a value with one long text has all other fields unchanged', () => {
  const json = (text: string) =>
    `{"toString":1,"__proto__":{"a":["${text}",{"toJSON":{}},null]},"sub":"ada","then":[[]]}`;
  const copy = truncateObject(JSON.parse(json('x'.repeat(300))));
  expect(JSON.stringify(copy)).toBe(json(`${'x'.repeat(256)} (cut, length: 300)`));
});

test('a long name is cut', () => {
  expect(truncateObject({ a: 1, ['n'.repeat(300)]: 2 })).toEqual({
    a: 1,
    [`${'n'.repeat(256)} (cut, length: 300)`]: 2,
  });
});

test('the copy of a big value has its beginning, and says how much is left out', () => {
  const fields = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 'value']));
  const copy = truncateObject(fields);
  const kept = Object.keys(copy).length - 1;
  expect(kept).toBeGreaterThan(70);
  expect(copy['…']).toBe(`and ${500 - kept} more`);
  const { list } = truncateObject({ list: Array(500).fill('x') }) as { list: string[] };
  expect(list.at(-1)).toBe(`and ${500 - (list.length - 1)} more`);
  expect(truncateObject({ text: 'x'.repeat(1_000) })).toEqual({
    text: `${'x'.repeat(256)} (cut, length: 1000)`,
  });
});

test('the copy of a deeply nested value ends at the size limit', () => {
  let deep: unknown = 'the end';
  for (let depth = 0; depth < 5_000; depth += 1) deep = depth % 2 ? [deep] : { deep };
  const copy = truncateObject({ deep });
  expect(sizeOf(copy)).toBeLessThanOrEqual(LIMIT_BYTES);
  expect(printJson(copy).length).toBeLessThan(20_000);
});

test('of a big object, no more fields are read than the copy has room for', () => {
  let reads = 0;
  const inner = () =>
    Object.defineProperty({}, 'field', {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'x';
      },
    });
  truncateObject({ list: Array.from({ length: 10_000 }, inner) });
  expect(reads).toBeGreaterThan(10);
  expect(reads).toBeLessThan(LIMIT_BYTES / 40);
});

test('the time to print a value grows with its length, even for a claim of brackets and spaces', () => {
  const claim = { claim: `[${' '.repeat(1_900)}` };
  const began = performance.now();
  for (let round = 0; round < 1_000; round += 1) printJson(claim);
  // A regular expression that did this before took seconds for one claim.
  expect(performance.now() - began).toBeLessThan(500);
});

test('a list of simple values is printed on one line, and every other value on several lines', () => {
  expect(printJson({ aud: ['a', 'b'], empty: [], none: {}, keys: [{ kid: '1' }] })).toBe(
    '{\n  "aud": [ "a", "b" ],\n  "empty": [],\n  "none": {},\n  "keys": [\n    {\n      "kid": "1"\n    }\n  ]\n}',
  );
});

test('a text that is cut ends with its length', () => {
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abcd', 3)).toBe('abc (cut, length: 4)');
});
