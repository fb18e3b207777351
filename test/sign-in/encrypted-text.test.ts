// Text that is kept outside the process: only the app can read it, and the app refuses it if it was changed or moved.

import { expect, test } from 'vitest';
import { createEncryption } from '../../src/sign-in/encrypted-text.ts';

const OLDER = 'an-older-secret-of-the-tests-0123456789abcdef';
const NEWER = 'a-newer-secret-of-the-tests-0123456789abcdef';
const PURPOSE = 'tests';
const TEXT = '{"signIn":{"subject":"Zoë"}}';

test('a text is decrypted unchanged in its own place', () => {
  const { encrypt, decrypt } = createEncryption([OLDER], PURPOSE);
  expect(decrypt(encrypt(TEXT, 'a'), 'a')).toBe(TEXT);
  expect(decrypt(encrypt('', 'a'), 'a')).toBe('');
});

test('an encrypted text shows nothing of its content, and differs each time', () => {
  const { encrypt } = createEncryption([OLDER], PURPOSE);
  const [first, second] = [encrypt(TEXT, 'a'), encrypt(TEXT, 'a')];
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('signIn');
  expect(first).not.toBe(second);
});

test('a text is not decrypted in another place', () => {
  const { encrypt, decrypt } = createEncryption([OLDER], PURPOSE);
  expect(decrypt(encrypt(TEXT, 'session:a'), 'session:b')).toBeUndefined();
});

test('a text with any byte changed, or cut at any byte, is not decrypted', () => {
  const { encrypt, decrypt } = createEncryption([OLDER], PURPOSE);
  const encrypted = Buffer.from(encrypt(TEXT, 'a'), 'base64url');
  for (let at = 0; at < encrypted.length; at += 1) {
    const changed = Buffer.from(encrypted);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(decrypt(changed.toString('base64url'), 'a'), `byte ${at}`).toBeUndefined();
    expect(decrypt(encrypted.subarray(0, at).toString('base64url'), 'a'), `the first ${at}`).toBeUndefined();
  }
  for (const nothing of ['', 'x', '{}', TEXT]) expect(decrypt(nothing, 'a')).toBeUndefined();
});

test('the newest secret encrypts, each listed secret decrypts, and a removed secret decrypts nothing', () => {
  const both = createEncryption([NEWER, OLDER], PURPOSE);
  const [old, fresh] = [createEncryption([OLDER], PURPOSE).encrypt(TEXT, 'a'), both.encrypt(TEXT, 'a')];
  expect(both.decrypt(old, 'a')).toBe(TEXT);
  expect(createEncryption([NEWER], PURPOSE).decrypt(fresh, 'a')).toBe(TEXT);
  expect(createEncryption([OLDER], PURPOSE).decrypt(fresh, 'a')).toBeUndefined();
  expect(createEncryption([NEWER], PURPOSE).decrypt(old, 'a')).toBeUndefined();
});

test('a text that was encrypted for another purpose is not decrypted', () => {
  const encrypted = createEncryption([OLDER], 'sessions').encrypt(TEXT, 'a');
  expect(createEncryption([OLDER], 'cookies').decrypt(encrypted, 'a')).toBeUndefined();
});
