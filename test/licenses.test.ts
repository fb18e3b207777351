// Developers who copy this app also use its packages, so the license of each package must allow that.

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
/** MPL-2.0 requires that changes to the package's own files are published. No such package is part of the app. */
const FOR_DEVELOPMENT = [...PERMISSIVE, 'MPL-2.0'];
/** Packages with the MIT license, which they name in the old field `licenses` or in their README file. */
const WITHOUT_LICENSE_FIELD = ['node_modules/passport-strategy', 'node_modules/pause'];

test('the licenses of the app’s packages allow copying, changing and selling', () => {
  const others = ofApp.filter(([, { dev, license = 'none' }]) => !dev && !PERMISSIVE.includes(license));
  expect(others).toEqual([]);
});

test('the licenses of the development packages allow their use', () => {
  const others = ofApp.filter(([, { license = 'none' }]) => !FOR_DEVELOPMENT.includes(license));
  expect(others).toEqual([]);
});

test('the licenses of the packages that npm run bench installs allow their use', () => {
  expect(ofBench.length).toBeGreaterThan(100);
  const others = ofBench.filter(([, { license = 'none' }]) => !FOR_DEVELOPMENT.includes(license));
  expect(others.map(([path]) => path)).toEqual(WITHOUT_LICENSE_FIELD);
});

test('the README names each license that occurs', () => {
  const readme = readFileSync('README.md', 'utf8').split('## License')[1] ?? '';
  for (const [, { license = 'MIT' }] of [...ofApp, ...ofBench]) {
    for (const name of license.split(' OR ')) expect(readme).toContain(name);
  }
});
