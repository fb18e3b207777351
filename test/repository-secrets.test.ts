// Copies of the repository contain all its files, so no file may contain a key, a token or a password.

import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Files that are never committed, according to .gitignore. */
const NOT_PART = /^(\.git|node_modules|coverage|test\/bench\/node_modules)(\/|$)|^\.env$/;
const PICTURES = /\.png$/;

const SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}/,
  // A JSON Web Token, signed or encrypted.
  /\beyJ[\w-]{10,}\.[\w-]{5,}\.[\w-]*/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(gh[pousr]_|github_pat_|npm_|xox[abprs]-|sk_live_)[\w-]{20,}/,
  /\b(https?|rediss?):\/\/[^\s:/@'"`<>${}]+:[^\s@/'"`<>${}]{12,}@/,
];
/** Random text of 128 bits or more, in base64url or hexadecimal digits. */
const LONG_WORD = /[A-Za-z0-9+/_-]{32,}={0,2}/g;

/** UUIDs are identifiers, not secrets. */
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/gi;
/** Marks of the made-up secrets in tests. */
const MADE_UP = /canary|secret-of-the-tests/;

function findingsIn(text: string): string[] {
  const found = SHAPES.flatMap((shape) => text.match(shape)?.[0] ?? []);
  const words = text.replace(UUID, '').match(LONG_WORD) ?? [];
  return [...found, ...words.filter(looksRandom)].filter((word) => !MADE_UP.test(word));
}

/** Whether a word mixes digits, capitals and small letters, or has only hexadecimal digits, unlike names and paths. */
function looksRandom(word: string): boolean {
  if (/^[\da-f]+$/i.test(word)) return /\d/.test(word) && /[a-f]/i.test(word) && new Set(word).size > 8;
  const changes = word.match(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g) ?? [];
  return changes.length > word.length / (/\d/.test(word) ? 4 : 3);
}

const files = readdirSync('.', { withFileTypes: true })
  .filter(({ name }) => !NOT_PART.test(name))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(entry.name, { recursive: true, withFileTypes: true }).filter((inner) => inner.isFile())
      : [entry],
  )
  .map(({ parentPath, name }) => join(parentPath, name))
  .filter((file) => !NOT_PART.test(file) && !PICTURES.test(file));

test('no file contains text that looks like a key, a token or a password', () => {
  expect(files.length).toBeGreaterThan(200);
  const findings = files.flatMap((file) => {
    // The lock files hold checksums of packages.
    const text = readFileSync(file, 'utf8').replace(/"integrity": ".*"/g, '');
    return findingsIn(text).map((found) => `${file}: ${found.slice(0, 60)}`);
  });
  expect(findings).toEqual([]);
});

test.each<[string, (count: number) => string]>([
  ['a random secret', (count) => hash('sha256', `${count}`, 'base64url')],
  ['a random secret in hexadecimal', (count) => hash('sha256', `${count}`, 'hex').slice(0, 48)],
  ['a token', () => `eyJ${'hbGciOiJSUzI1NiJ9'}.${'eyJzdWIiOiIxIn0'}.${'c2ln'}`],
  ['a private key', () => `-----BEGIN ${''}PRIVATE KEY-----\n${'MIGHAgEAMBMGByqGSM49'}AgEG`],
  ['a password in an address', () => `rediss://default${':'}long-enough-password${'@'}redis.example:6380`],
])('the search finds %s', (_, make) => {
  for (let count = 0; count < 100; count += 1) expect(findingsIn(`SECRET='${make(count)}'`)).not.toEqual([]);
});
