// A session that has ended stays ended. These tests run for each store, with plain express-session.

import type { Store } from 'express-session';
import { expect, test } from 'vitest';
import { plainApp, promised } from './helpers.ts';

export function testEndedSessions(openStore: () => Promise<Store>): void {
  test('a request that changes the session and ends after a sign-out does not restore it', async () => {
    const { ask, arrived, release } = await plainApp(await openStore());
    await ask('POST', '/in');
    expect(await ask('GET', '/')).toBe('Ada');
    const slow = ask('POST', '/slow');
    await arrived;
    expect(await ask('POST', '/out')).toBe('out');
    release();
    expect(await slow).toBe('Ada');
    expect(await ask('GET', '/')).toBe('no user');
  });

  test('a request that saves the session that it has destroyed does not restore it', async () => {
    const { ask } = await plainApp(await openStore());
    await ask('POST', '/in');
    await ask('POST', '/out-and-save');
    expect(await ask('GET', '/')).toBe('no user');
  });

  test('a destroyed session stays ended, and can be destroyed again', async () => {
    const store = promised(await openStore());
    await store.set('a', { name: 'Ada' });
    for (const _ of ['once', 'twice']) {
      await store.destroy('a');
      await store.set('a', { name: 'Ada' });
      expect(await store.get('a')).toBeNull();
    }
  });

  test('destroying a session that was never saved has no effect', async () => {
    const store = promised(await openStore());
    await store.destroy('a');
    await store.set('a', { name: 'Ada' });
    expect(await store.get('a')).toMatchObject({ name: 'Ada' });
  });

  test('the store has no touch method, because loading a session renews it', async () => {
    expect(await openStore()).not.toHaveProperty('touch');
  });

  test('the store returns a session as it was saved, and nothing for other ids', async () => {
    const store = promised(await openStore());
    const name = 'Zoë \u{1f600} \u2028 "\\';
    await store.set('a', { name });
    await store.set('b', { name: 'Ben' });
    expect(await store.get('a')).toEqual({ cookie: { originalMaxAge: null }, name });
    for (const id of ['c', '__proto__', '']) expect(await store.get(id)).toBeNull();
    await store.destroy('b');
    expect([await store.get('a'), await store.get('b')]).toEqual([expect.anything(), null]);
  });
}
