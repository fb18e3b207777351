// Text that is kept outside the process: readable to nobody else, and refused wherever it was changed or moved.

import { expect, test } from 'vitest';
import { createSealer } from '../../src/web/sealed-text.ts';

const OLDER = 'an-older-secret-of-the-tests-0123456789abcdef';
const NEWER = 'a-newer-secret-of-the-tests-0123456789abcdef';
const PURPOSE = 'tests';
const TEXT = '{"signIn":{"subject":"Zoë"}}';

test('it opens in its own place, with the text as it was', () => {
  const { seal, open } = createSealer([OLDER], PURPOSE);
  expect(open(seal(TEXT, 'a'), 'a')).toBe(TEXT);
  expect(open(seal('', 'a'), 'a')).toBe('');
});

test('nothing of it can be read, and no two are alike', () => {
  const { seal } = createSealer([OLDER], PURPOSE);
  const [first, second] = [seal(TEXT, 'a'), seal(TEXT, 'a')];
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('signIn');
  expect(first).not.toBe(second);
});

test('in another place it does not open', () => {
  const { seal, open } = createSealer([OLDER], PURPOSE);
  expect(open(seal(TEXT, 'session:a'), 'session:b')).toBeUndefined();
});

test('with any byte changed, or cut, it does not open', () => {
  const { seal, open } = createSealer([OLDER], PURPOSE);
  const sealed = Buffer.from(seal(TEXT, 'a'), 'base64url');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(open(changed.toString('base64url'), 'a'), `byte ${at}`).toBeUndefined();
    expect(open(sealed.subarray(0, at).toString('base64url'), 'a'), `the first ${at}`).toBeUndefined();
  }
  for (const nothing of ['', 'x', '{}', TEXT]) expect(open(nothing, 'a')).toBeUndefined();
});

test('the newest secret seals, each of them opens, and one that is gone opens nothing', () => {
  const both = createSealer([NEWER, OLDER], PURPOSE);
  const [old, fresh] = [createSealer([OLDER], PURPOSE).seal(TEXT, 'a'), both.seal(TEXT, 'a')];
  expect(both.open(old, 'a')).toBe(TEXT);
  expect(createSealer([NEWER], PURPOSE).open(fresh, 'a')).toBe(TEXT);
  expect(createSealer([OLDER], PURPOSE).open(fresh, 'a')).toBeUndefined();
  expect(createSealer([NEWER], PURPOSE).open(old, 'a')).toBeUndefined();
});

test('what was sealed for another purpose does not open', () => {
  const sealed = createSealer([OLDER], 'sessions').seal(TEXT, 'a');
  expect(createSealer([OLDER], 'cookies').open(sealed, 'a')).toBeUndefined();
});
