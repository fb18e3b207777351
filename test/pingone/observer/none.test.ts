// A sign-in without an observer does no work for one: it masks and copies nothing.

import { expect, test, vi } from 'vitest';
import type * as text from '../../../src/pingone/text.ts';
import { providerForTest, signIn, watch } from '../helpers.ts';

const calls = vi.hoisted(() => ({ redact: 0, maskOf: 0 }));

// The counted functions still work.
vi.mock('../../../src/pingone/text.ts', async (importOriginal) => {
  const original = await importOriginal<typeof text>();
  return {
    ...original,
    maskOf(value: string) {
      calls.maskOf += 1;
      return original.maskOf(value);
    },
    createRedactor(secrets: readonly string[]): text.Redactor {
      const redact = original.createRedactor(secrets);
      return (...given) => {
        calls.redact += 1;
        return redact(...given);
      };
    },
  };
});

test('a sign-in without an observer searches and replaces no text', async () => {
  const { provider, client } = await providerForTest();
  await signIn(client, provider, { iss: provider.issuer });
  expect(calls).toEqual({ redact: 0, maskOf: 0 });
  await watch(client, provider);
  expect(calls.redact).toBeGreaterThan(20);
  expect(calls.maskOf).toBeGreaterThan(5);
});
