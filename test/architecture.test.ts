// The structure of src/: which folder may import which, through which files, and which packages the two copied folders use.

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
/** The most files in one folder. A folder that needs more should have subfolders. */
const MAX_FILES_IN_FOLDER = 18;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name));

/** The folders that each folder may import. A file directly in src/ counts as a folder. */
const ALLOWED: Record<string, readonly string[]> = {
  'main.ts': ['app.ts', 'server.ts', 'web', 'error-texts', 'stores', 'config', 'sandbox', 'pingone'],
  'app.ts': ['web', 'flow', 'sign-in', 'stores', 'config', 'pingone'],
  'server.ts': [],
  'compile-cache.js': [],
  'env-file.js': [],
  flow: ['web', 'stores', 'error-texts', 'sign-in', 'pingone'],
  web: ['error-texts', 'sign-in', 'config', 'stores', 'pingone'],
  'error-texts': ['sign-in', 'pingone'],
  stores: ['sign-in', 'pingone'],
  config: ['pingone'],
  'sign-in': ['pingone'],
  pingone: [],
  sandbox: ['server.ts'],
  doctor: ['config', 'stores', 'sandbox', 'error-texts', 'server.ts', 'pingone'],
};

/** The files of a folder that other folders may import. */
const ENTRIES: Record<string, readonly string[]> = {
  pingone: ['pingone/index.ts'],
  'sign-in': ['sign-in/index.ts'],
  flow: ['flow/index.ts'],
  'error-texts': ['error-texts/index.ts'],
  stores: ['stores/index.ts'],
  config: ['config/index.ts'],
};
/** The doctor runs single steps of a sign-in. */
const SECOND_ENTRY = { folder: 'doctor', entry: 'pingone/steps.ts' };

const PACKAGES: Record<string, readonly string[]> = {
  pingone: ['undici', 'zod'],
  'sign-in': ['express', 'express-session', 'cookie'],
};

const folderOf = (file: string) => file.split('/')[0] ?? file;

/** The specifiers of all imports of a file: static, dynamic, re-exports, and require. */
function specifiersOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom|\bimport|\brequire|\bimport\s*\(|\brequire\s*\()\s*(['"`])(.+?)\1/g);
  return [...found].map((match) => match[2] ?? '');
}

interface Imports {
  file: string;
  /** Imported files, by their path in src/. */
  own: string[];
  packages: string[];
}

const imports: Imports[] = files.map((file) => {
  const specifiers = specifiersOf(readFileSync(join(SRC, file), 'utf8'));
  const own = specifiers.filter((specifier) => specifier.startsWith('.'));
  return {
    file,
    own: own.map((specifier) => relative(SRC, resolve(SRC, dirname(file), specifier))),
    packages: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
});

/** Each import of a file in another folder. */
const crossings = imports.flatMap(({ file, own }) =>
  own.filter((target) => folderOf(target) !== folderOf(file)).map((target) => ({ file, target })),
);
const asText = (list: { file: string; target: string }[]) =>
  list.map(({ file, target }) => `${file} -> ${target}`);

test('specifiersOf finds every kind of import', () => {
  const source = `import a from 'a'; import { b,\n c } from "b";\nimport 'c'; export * from 'd';
    import type { E } from 'e'; await import('f'); require("g"); // import 'not this'
    /* import 'nor this' */`;
  expect(specifiersOf(source).filter((name) => name !== 'not this')).toEqual([...'abcdefg']);
});

test('ALLOWED lists every folder, and every relative import stays in src/', () => {
  expect([...new Set(files.map(folderOf))].sort()).toEqual(Object.keys(ALLOWED).sort());
  const known = new Set([...files, '../package.json']);
  expect(
    imports.flatMap(({ file, own }) => own.filter((target) => !known.has(target)).map((to) => [file, to])),
  ).toEqual([]);
  expect(crossings.length).toBeGreaterThan(30);
});

test('each folder imports only the folders that it may import', () => {
  const wrong = crossings.filter(({ file, target }) => !ALLOWED[folderOf(file)]?.includes(folderOf(target)));
  expect(asText(wrong)).toEqual([]);
});

test('imports from another folder use only its entry files, and only the doctor uses pingone/steps.ts', () => {
  const wrong = crossings.filter(({ file, target }) => {
    const entries = ENTRIES[folderOf(target)];
    const isSecond = folderOf(file) === SECOND_ENTRY.folder && target === SECOND_ENTRY.entry;
    return entries && !entries.includes(target) && !isSecond;
  });
  expect(asText(wrong)).toEqual([]);
});

test('no other folder imports the doctor, and only main.ts and the doctor import the sandbox', () => {
  expect(asText(crossings.filter(({ target }) => folderOf(target) === 'doctor'))).toEqual([]);
  const users = crossings
    .filter(({ target }) => folderOf(target) === 'sandbox')
    .map(({ file }) => folderOf(file));
  expect(['main.ts', 'doctor']).toEqual(expect.arrayContaining(users));
});

/** The nodes of one cycle in the graph, or undefined if it has none. */
function findCycle(graph: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}

test('the folders have no import cycle, and the files of the two copied folders have none either', () => {
  const folders = new Map<string, string[]>();
  for (const { file, target } of crossings)
    folders.set(folderOf(file), [...(folders.get(folderOf(file)) ?? []), folderOf(target)]);
  expect(findCycle(folders)).toBeUndefined();
  const copied = imports.filter(({ file }) => /^(pingone|sign-in)\//.test(file));
  expect(findCycle(new Map(copied.map(({ file, own }) => [file, own])))).toBeUndefined();
  expect(
    findCycle(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
});

test(`no folder has more than ${MAX_FILES_IN_FOLDER} files`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MAX_FILES_IN_FOLDER)).toEqual([]);
});

describe.each(Object.entries(PACKAGES))('src/%s/, which developers copy,', (folder, packages) => {
  const own = imports.filter(({ file }) => folderOf(file) === folder);

  test('imports only Node.js modules and its own packages', () => {
    expect(own.length).toBeGreaterThan(8);
    const foreign = own.flatMap((file) =>
      file.packages.filter((name) => !packages.includes(name) && !isNode(name)),
    );
    expect(foreign).toEqual([]);
  });

  test('has a package.json with the type module, so that a CommonJS app can load it', () => {
    expect(JSON.parse(readFileSync(join(SRC, folder, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
  });
});

const isNode = (name: string) => name.startsWith('node:') && isBuiltin(name);

test('pingone/index.ts exports at most 12 names', () => {
  const source = readFileSync(join(SRC, 'pingone/index.ts'), 'utf8');
  const names = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
    (match[1] ?? '').split(',').map((name) => name.trim()),
  );
  expect(source.match(/^export /gm)).toHaveLength([...source.matchAll(/^export (?:type )?\{/gm)].length);
  expect(names.filter((name) => name !== '').length).toBeGreaterThan(5);
  expect(names.filter((name) => name !== '').length).toBeLessThanOrEqual(12);
});

test.each(files.filter((file) => folderOf(file) === 'pingone'))(
  '%s opens connections only if it is http.ts',
  (file) => {
    const source = readFileSync(join(SRC, file), 'utf8');
    const opens = /\bfetch\(|['"](undici|node:(http|https|http2|net|tls|dgram))['"]/.test(source);
    expect(opens).toBe(file === 'pingone/http.ts');
  },
);

test('only pingone/index.ts imports pingone/after-sign-in/, so that a copy can leave it out', () => {
  const after = 'pingone/after-sign-in/';
  const users = imports.filter(
    ({ file, own }) => !file.startsWith(after) && own.some((name) => name.startsWith(after)),
  );
  expect(users.map(({ file }) => file)).toEqual(['pingone/index.ts']);
});
