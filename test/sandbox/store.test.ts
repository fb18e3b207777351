import { expect, onTestFinished, test, vi } from 'vitest';
import { makeStore } from '../../src/sandbox/provider/store.ts';

test('the store finds an entry by its model and id until it expires', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const store = makeStore();
  const [codes, tokens] = [store('AuthorizationCode'), store('AccessToken')];
  await codes.upsert('a', { nonce: 'n' }, 120);
  expect(await codes.find('a')).toEqual({ nonce: 'n' });
  expect(await tokens.find('a')).toBeUndefined();
  vi.setSystemTime(Date.now() + 120_000);
  expect(await codes.find('a')).toBeUndefined();
});

test('a consumed entry stays in the store, marked as consumed', async () => {
  const codes = makeStore()('AuthorizationCode');
  await codes.upsert('a', {}, 120);
  await codes.consume('a');
  expect(await codes.find('a')).toEqual({ consumed: expect.any(Number) });
});

test('revoking a grant removes all its entries, of every model, and no others', async () => {
  const store = makeStore();
  const [access, refresh] = [store('AccessToken'), store('RefreshToken')];
  await access.upsert('a', { grantId: 'one' });
  await refresh.upsert('b', { grantId: 'one' });
  await refresh.upsert('c', { grantId: 'two' });
  await refresh.revokeByGrantId('one');
  expect(await access.find('a')).toBeUndefined();
  expect(await refresh.find('b')).toBeUndefined();
  expect(await refresh.find('c')).toBeDefined();
});

test('above the limit, the store removes the oldest entry, and a renewed entry is not the oldest', async () => {
  const codes = makeStore()('AuthorizationCode');
  for (let index = 0; index < 50_000; index += 1) await codes.upsert(`${index}`, {}, 120);
  await codes.upsert('0', { nonce: 'renewed' }, 120);
  await codes.upsert('one more', {}, 120);
  expect(await codes.find('0')).toBeDefined();
  expect(await codes.find('1')).toBeUndefined();
  expect(await codes.find('2')).toBeDefined();
});
