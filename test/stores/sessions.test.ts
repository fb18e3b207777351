// Sessions in the memory of this process: when they expire, and which ones end if there are too many.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemorySessions } from '../../src/stores/memory/sessions.ts';
import { SessionStore } from '../../src/stores/session-store.ts';
import { numbersFrom, seed } from '../helpers/random.ts';
import { testEndedSessions } from './ended-sessions.ts';
import { promised, sessionOf } from './helpers.ts';

testEndedSessions(async () => createMemorySessions());

const MINUTE_MS = 60_000;
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('a session expires after 30 minutes without use', async () => {
  const store = promised(createMemorySessions());
  await store.set('used', { name: 'Ada' });
  await store.set('idle', { name: 'Ben' });
  for (const _ of ['29 minutes', '58 minutes']) {
    vi.advanceTimersByTime(29 * MINUTE_MS);
    expect(await store.get('used')).toBeTruthy();
  }
  expect(await store.get('idle')).toBeNull();
  vi.advanceTimersByTime(30 * MINUTE_MS);
  expect(await store.get('used')).toBeNull();
});

test('changes to a loaded session have no effect on the stored one until it is saved', async () => {
  const store = promised(createMemorySessions());
  await store.set('a', { name: 'Ada' });
  Object.assign((await store.get('a')) ?? {}, { name: 'Eve' });
  expect(await store.get('a')).toMatchObject({ name: 'Ada' });
});

test('the store remembers for 30 minutes that a session has ended', async () => {
  const store = promised(createMemorySessions());
  await store.set('a', {});
  await store.destroy('a');
  vi.advanceTimersByTime(30 * MINUTE_MS - 1);
  await store.set('a', {});
  expect(await store.get('a')).toBeNull();
  vi.advanceTimersByTime(1);
  await store.set('a', {});
  expect(await store.get('a')).toBeTruthy();
});

test('100,000 sign-outs without a session do not restore a session that has ended', async () => {
  const store = promised(createMemorySessions());
  await store.set('a', {});
  await store.destroy('a');
  for (let index = 0; index < 100_000; index += 1) await store.destroy(`made up ${index}`);
  await store.set('a', {});
  expect(await store.get('a')).toBeNull();
});

/** A store with room for three sessions. `left` returns the ids that still have a session. */
function smallStore() {
  const store = promised(createMemorySessions(3));
  const left = async (...ids: string[]) => {
    const found = await Promise.all(ids.map(async (id) => ((await store.get(id)) ? id : '')));
    return found.join('');
  };
  return { ...store, left };
}

test('a full store ends the oldest session of the user who has the most sessions', async () => {
  const { set, left } = smallStore();
  await set('a', sessionOf('ada'));
  await set('1', sessionOf('eve'));
  await set('2', sessionOf('eve'));
  await set('3', sessionOf('eve'));
  expect(await left('a', '1', '2', '3')).toBe('a23');
  await set('b', sessionOf('ben'));
  expect(await left('a', '2', '3', 'b')).toBe('a3b');
  // Each user has one session. The user whose number of sessions changed the longest time ago loses it.
  await set('c', sessionOf('cy'));
  expect(await left('a', '3', 'b', 'c')).toBe('3bc');
});

test('a session that ended because the store was full stays ended', async () => {
  const { set, left } = smallStore();
  for (const id of ['1', '2', '3', '4']) await set(id, sessionOf('eve'));
  await set('1', sessionOf('eve'));
  expect(await left('1', '2', '3', '4')).toBe('234');
});

test('saving a session again takes no room, and the session keeps its age', async () => {
  const { set, left } = smallStore();
  for (const id of ['1', '2', '3', '1', '1']) await set(id, sessionOf('eve'));
  expect(await left('1', '2', '3')).toBe('123');
  await set('4', sessionOf('eve'));
  expect(await left('1', '2', '3', '4')).toBe('234');
});

test('the same subject of another issuer is another user', async () => {
  const { set, left } = smallStore();
  const other = { pingone: { signIn: { issuer: 'https://other.example.com', subject: 'eve' } } };
  await set('o', other);
  for (const id of ['1', '2', '3']) await set(id, sessionOf('eve'));
  expect(await left('o', '1', '2', '3')).toBe('o23');
});

test('the store finds the user of a session for any cookie name, and so for any field name in the session', async () => {
  const { set, left } = smallStore();
  await set('a', { orders: sessionOf('ada').pingone });
  for (const id of ['1', '2', '3']) await set(id, { cart: [1], orders: sessionOf('eve').pingone });
  expect(await left('a', '1', '2', '3')).toBe('a23');
});

test('all sessions without a user count as sessions of one user', async () => {
  const { set, left } = smallStore();
  await set('a', sessionOf('ada'));
  const without = [{}, { pingone: null }, { pingone: { signIn: { subject: 5 } } }];
  for (const [index, data] of without.entries()) await set(String(index), data);
  expect(await left('a', '0', '1', '2')).toBe('a12');
});

test('a session that gets another user counts for the new user', async () => {
  const { set, left } = smallStore();
  await set('1', {});
  await set('2', {});
  await set('1', sessionOf('ada'));
  await set('3', {});
  await set('4', {});
  expect(await left('1', '2', '3', '4')).toBe('134');
});

test('one user who signs in 10,000 times does not end the sessions of other users', async () => {
  const store = promised(createMemorySessions());
  await store.set('ada', sessionOf('ada'));
  for (let index = 0; index < 10_000; index += 1) await store.set(`eve ${index}`, sessionOf('eve'));
  expect(await store.get('ada')).toBeTruthy();
  await store.set('ben', sessionOf('ben'));
  expect([await store.get('ben'), await store.get('eve 1')]).toEqual([expect.anything(), null]);
  expect(await store.get('eve 2')).toBeTruthy();
});

/** The same rules in a simple form, which is slow and has no time limits. */
function simpleStore(max: number) {
  const userOf = new Map<string, string>();
  /** The last change of the number of sessions, by user. */
  const changedAt = new Map<string, number>();
  let changes = 0;
  const count = (user: string) => [...userOf.values()].filter((one) => one === user).length;

  function remove(id: string): void {
    const user = userOf.get(id);
    if (user === undefined) return;
    userOf.delete(id);
    changedAt.set(user, ++changes);
  }

  function set(id: string, user: string): void {
    if (userOf.has(id)) return;
    userOf.set(id, user);
    changedAt.set(user, ++changes);
    if (userOf.size <= max) return;
    const [largest] = [...new Set(userOf.values())].sort(
      (a, b) => count(b) - count(a) || (changedAt.get(a) ?? 0) - (changedAt.get(b) ?? 0),
    );
    const [oldest = ''] = [...userOf].find(([, one]) => one === largest) ?? [];
    remove(oldest);
  }

  return { userOf, set, remove };
}

test(`after any sequence of changes, the store has exactly the sessions that the rules keep (SEED=${seed})`, async () => {
  const number = numbersFrom(seed);
  const store = promised(createMemorySessions(12));
  const simple = simpleStore(12);
  for (let round = 0; round < 2_000; round += 1) {
    const known = [...simple.userOf.keys()];
    const id = known[number(known.length || 1)] ?? '';
    const user = `user ${number(number(2) ? 2 : 9)}`;
    const choice = number(10);
    if (choice < 7 || known.length === 0) {
      simple.set(`${round}`, user);
      await store.set(`${round}`, sessionOf(user));
    } else if (choice === 7) {
      simple.remove(id);
      await store.destroy(id);
    } else {
      await store.set(id, sessionOf(simple.userOf.get(id) ?? '', { round }));
    }
    for (const one of new Set([...known, ...simple.userOf.keys()])) {
      const found = (await store.get(one)) !== null;
      expect(found, `round ${round}: ${one}`).toBe(simple.userOf.has(one));
    }
  }
});

test('an error of the store goes to the callback, and without a callback it has no effect', async () => {
  const fail = async () => {
    throw new Error('away');
  };
  const failing = new SessionStore({ load: fail, save: fail, end: fail });
  const { get, set, destroy } = promised(failing);
  for (const result of [get('a'), set('a', {}), destroy('a')]) await expect(result).rejects.toThrow('away');
  failing.set('a', sessionOf('ada') as never);
  failing.destroy('a');
});
