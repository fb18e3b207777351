// Claims and records in the memory of this process, and the function that finds the oldest entry of a map.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstEntry } from '../../src/stores/expiring-map.ts';
import { createMemoryStores } from '../../src/stores/index.ts';
import { numbersFrom, seed } from '../helpers/random.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

test('a key can be claimed only once until it is released or has expired', async () => {
  const { shared } = createMemoryStores();
  expect(await shared.claim('a', 1_000)).toBe(true);
  expect(await shared.claim('a', 1_000)).toBe(false);
  expect(await shared.claim('b', 500)).toBe(true);
  await shared.release('a');
  expect(await shared.claim('a', 1_000)).toBe(true);
  vi.advanceTimersByTime(500);
  expect(await shared.claim('b', 500)).toBe(true);
  expect(await shared.claim('a', 1_000)).toBe(false);
  vi.advanceTimersByTime(500);
  expect(await shared.claim('a', 1_000)).toBe(true);
});

test('property names of every object work like any other key', async () => {
  const { shared, records } = createMemoryStores();
  for (const key of ['__proto__', 'constructor', 'toString', '']) {
    expect(await shared.claim(key, 1_000)).toBe(true);
    expect(await shared.claim(key, 1_000)).toBe(false);
    expect(await records.get(key)).toBeUndefined();
  }
});

test('setting the clock back or forward does not change when claims and records expire', async () => {
  const { shared, records } = createMemoryStores();
  await shared.claim('a', MINUTE_MS);
  await records.set('a', () => 'text');
  vi.setSystemTime(Date.now() + 365 * 24 * 60 * MINUTE_MS);
  expect([await shared.claim('a', MINUTE_MS), await records.get('a')]).toEqual([false, 'text']);
  vi.setSystemTime(0);
  vi.advanceTimersByTime(MINUTE_MS);
  expect([await shared.claim('a', MINUTE_MS), await records.get('a')]).toEqual([true, 'text']);
});

test('after 100,000 claims, a new claim succeeds, and the oldest is deleted', async () => {
  const { shared } = createMemoryStores();
  for (let index = 0; index < 100_000; index += 1) await shared.claim(`state ${index}`, 31 * MINUTE_MS);
  expect(await shared.claim('state 0', MINUTE_MS)).toBe(false);
  expect(await shared.claim('one more', MINUTE_MS)).toBe(true);
  expect(await shared.claim('state 1', MINUTE_MS)).toBe(false);
  expect(await shared.claim('state 0', MINUTE_MS)).toBe(true);
});

test('a record is kept for an hour, and can be replaced and deleted', async () => {
  const { records } = createMemoryStores();
  await records.set('a', () => 'first');
  await records.set('a', () => 'Zoë \u{1f600}');
  await records.set('b', () => '');
  expect([await records.get('a'), await records.get('b')]).toEqual(['Zoë \u{1f600}', '']);
  await records.delete('b');
  expect(await records.get('b')).toBeUndefined();
  vi.advanceTimersByTime(60 * MINUTE_MS - 1);
  expect(await records.get('a')).toBe('Zoë \u{1f600}');
  vi.advanceTimersByTime(1);
  expect(await records.get('a')).toBeUndefined();
});

test('after 1,000 records, a new record replaces the oldest', async () => {
  const { records } = createMemoryStores();
  for (let index = 0; index < 1_001; index += 1) await records.set(String(index), () => 'text');
  expect([await records.get('0'), await records.get('1')]).toEqual([undefined, 'text']);
});

test('the text of a record is made only when the record is read', async () => {
  const { records } = createMemoryStores();
  const textOf = vi.fn(() => 'text');
  await records.set('a', textOf);
  expect(textOf).not.toHaveBeenCalled();
  expect(await records.get('a')).toBe('text');
});

test(`oldestOf returns the first entry of a map after any sequence of changes (SEED=${seed})`, () => {
  const number = numbersFrom(seed);
  const entries = new Map<string, { round: number }>();
  for (let round = 0; round < 20_000; round += 1) {
    const key = String(number(1 + number(40)));
    const choice = number(5);
    if (choice === 0) entries.delete([...entries.keys()][0] ?? '');
    else if (choice === 1) entries.delete(key);
    else {
      if (choice === 2) entries.delete(key);
      if (choice === 4 && number(50) === 0) entries.clear();
      if (!entries.has(key)) entries.set(key, { round });
    }
    if (number(3) > 0) expect(firstEntry(entries)).toEqual([...entries][0]);
  }
});

test('oldestOf returns the new value of an entry that was replaced', () => {
  const entries = new Map([['a', { round: 1 }]]);
  expect(firstEntry(entries)).toEqual(['a', { round: 1 }]);
  entries.set('a', { round: 2 });
  expect(firstEntry(entries)).toEqual(['a', { round: 2 }]);
});
