// The number and the bytes of the packages that each client needs in production.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, newFolder, ROOT } from './processes.mjs';

/** For this app: the packages that npm installs from the lock file, without development dependencies. */
export function installedForApp() {
  const folder = newFolder();
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(join(ROOT, file), join(folder, file));
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['ci', '--omit=dev', ...quietly], {
    cwd: folder,
    timeout: 120_000,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const { packages } = readJson(join(folder, 'node_modules/.package-lock.json'));
  return sizeOf(folder, Object.keys(packages));
}

/** For another client: its packages and all their dependencies, according to a lock file. */
export function installedFor(names, folder) {
  const { packages } = readJson(join(folder, 'package-lock.json'));
  const found = new Set();
  const add = (name, from) => {
    const path = resolve(name, from, packages);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(needed, path);
  };
  for (const name of names) add(name, '');
  return sizeOf(folder, [...found]);
}

/** The path where Node finds a package: inside the package that imports it, or in a folder above. */
function resolve(name, from, packages) {
  const path = `${from}/node_modules/${name}`.replace(/^\//, '');
  if (packages[path]) return path;
  if (from === '') return undefined;
  return resolve(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), packages);
}

function sizeOf(folder, paths) {
  const here = paths.map((path) => join(folder, path)).filter((path) => existsSync(path));
  return { packages: here.length, bytes: here.reduce((sum, path) => sum + bytesOf(path), 0) };
}

/** The size of a folder without the packages inside it, which are counted separately. */
function bytesOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === 'node_modules' ? 0 : bytesOf(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The packages of the floor are installed with this app, and those that other clients use in this folder. */
export function measureInstalled(clients) {
  return clients.map(({ name, packages }) => {
    if (!packages) return installedForApp();
    return installedFor(packages, name === 'floor' ? ROOT : FOLDER);
  });
}
