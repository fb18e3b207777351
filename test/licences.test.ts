// Whoever copies this app copies what it stands on: every package's licence must allow that.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, { license?: string; dev?: boolean }>;
};
const all = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'));

const PERMISSIVE = ['MIT', 'ISC', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'MIT OR Apache-2.0'];
/** Asks for changes to its own files to be published; none of them is part of the app. */
const FOR_DEVELOPMENT = [...PERMISSIVE, 'MPL-2.0'];

test('the packages that the app runs on may be copied, changed and sold', () => {
  const others = all.filter(([, { dev, license = 'none' }]) => !dev && !PERMISSIVE.includes(license));
  expect(others).toEqual([]);
});

test('those of development may at least be used', () => {
  const others = all.filter(([, { license = 'none' }]) => !FOR_DEVELOPMENT.includes(license));
  expect(others).toEqual([]);
});

test('the README names each licence that occurs', () => {
  const readme = readFileSync('README.md', 'utf8').split('## Licence')[1] ?? '';
  for (const [, { license = 'none' }] of all) {
    for (const name of license.split(' OR ')) expect(readme).toContain(name);
  }
});
