// What EJS escapes on the pages of this app.

import ejs from 'ejs';
import { expect, test } from 'vitest';
import { escapeHtml } from '../../src/web/express-app.ts';

test('the pages escape exactly the characters that EJS escapes', () => {
  const characters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
  expect(characters.filter((one) => escapeHtml(`a${one}b`) !== ejs.escapeXML(`a${one}b`))).toEqual([]);
  expect(characters.filter((one) => escapeHtml(one) !== one)).toEqual(['"', '&', "'", '<', '>']);
});

test.each([undefined, null, 0, false, ['<']])('the value %j is shown as EJS shows it', (value) => {
  expect(escapeHtml(value)).toBe(ejs.escapeXML(value));
});
