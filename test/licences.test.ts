// Whoever copies this app copies what it stands on: every package's licence must allow that.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Package = [path: string, about: { license?: string; dev?: boolean }];

const packagesOf = (lockFile: string): Package[] =>
  Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages as Record<string, Package[1]>).filter(
    ([path]) => path.includes('node_modules/'),
  );
const ofApp = packagesOf('package-lock.json');
const ofBench = packagesOf('test/bench/package-lock.json');

const PERMISSIVE = ['MIT', 'ISC', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'MIT OR Apache-2.0'];
/** Asks for changes to its own files to be published; none of them is part of the app. */
const FOR_DEVELOPMENT = [...PERMISSIVE, 'MPL-2.0'];
/** MIT, which they say where npm does not look: in the old field `licenses`, or in their README file. */
const SAID_ELSEWHERE = ['node_modules/passport-strategy', 'node_modules/pause'];

test('the packages that the app runs on may be copied, changed and sold', () => {
  const others = ofApp.filter(([, { dev, license = 'none' }]) => !dev && !PERMISSIVE.includes(license));
  expect(others).toEqual([]);
});

test('those of development may at least be used', () => {
  const others = ofApp.filter(([, { license = 'none' }]) => !FOR_DEVELOPMENT.includes(license));
  expect(others).toEqual([]);
});

test('so may those that npm run bench installs', () => {
  expect(ofBench.length).toBeGreaterThan(100);
  const others = ofBench.filter(([, { license = 'none' }]) => !FOR_DEVELOPMENT.includes(license));
  expect(others.map(([path]) => path)).toEqual(SAID_ELSEWHERE);
});

test('the README names each licence that occurs', () => {
  const readme = readFileSync('README.md', 'utf8').split('## License')[1] ?? '';
  for (const [, { license = 'MIT' }] of [...ofApp, ...ofBench]) {
    for (const name of license.split(' OR ')) expect(readme).toContain(name);
  }
});
