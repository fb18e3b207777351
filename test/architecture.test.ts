// The house of DESIGN.md, section 3: which room may import which, by which door, and what the two folders to copy need.

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
/** About 15, as DESIGN.md says; a folder that needs more wants folders of its own. */
const FILES_SIDE_BY_SIDE = 18;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[jt]s$/.test(name));

/** The rooms that each room may import; a file beside the rooms is one of its own. */
const ARROWS: Record<string, readonly string[]> = {
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

/** The files of a room that others may import. */
const DOORS: Record<string, readonly string[]> = {
  pingone: ['pingone/index.ts'],
  'sign-in': ['sign-in/index.ts'],
  flow: ['flow/index.ts'],
  'error-texts': ['error-texts/index.ts'],
  stores: ['stores/index.ts'],
  config: ['config/index.ts'],
};
/** The doctor tries single steps. */
const SECOND_DOOR = { room: 'doctor', door: 'pingone/steps.ts' };

const PACKAGES: Record<string, readonly string[]> = {
  pingone: ['undici', 'zod'],
  'sign-in': ['express', 'express-session', 'cookie'],
};

const roomOf = (file: string) => file.split('/')[0] ?? file;

/** What a file imports or exports from, statically, dynamically or by require. */
function specifiersOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom|\bimport|\brequire|\bimport\s*\(|\brequire\s*\()\s*(['"`])(.+?)\1/g);
  return [...found].map((match) => match[2] ?? '');
}

interface Imports {
  file: string;
  /** Files of src/, by their path below it. */
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

/** Each import of one room by another. */
const arrows = imports.flatMap(({ file, own }) =>
  own.filter((target) => roomOf(target) !== roomOf(file)).map((target) => ({ file, target })),
);
const written = (list: { file: string; target: string }[]) =>
  list.map(({ file, target }) => `${file} -> ${target}`);

test('the reader of imports finds every kind of them', () => {
  const source = `import a from 'a'; import { b,\n c } from "b";\nimport 'c'; export * from 'd';
    import type { E } from 'e'; await import('f'); require("g"); // import 'not this'
    /* import 'nor this' */`;
  expect(specifiersOf(source).filter((name) => name !== 'not this')).toEqual([...'abcdefg']);
});

test('every room has its arrows, and every import stays in src/', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(Object.keys(ARROWS).sort());
  const known = new Set([...files, '../package.json']);
  expect(
    imports.flatMap(({ file, own }) => own.filter((target) => !known.has(target)).map((to) => [file, to])),
  ).toEqual([]);
  expect(arrows.length).toBeGreaterThan(30);
});

test('no arrow runs back up', () => {
  const wrong = arrows.filter(({ file, target }) => !ARROWS[roomOf(file)]?.includes(roomOf(target)));
  expect(written(wrong)).toEqual([]);
});

test('the rooms are entered by their doors only, and the doctor alone uses the second one of pingone/', () => {
  const wrong = arrows.filter(({ file, target }) => {
    const doors = DOORS[roomOf(target)];
    const isSecond = roomOf(file) === SECOND_DOOR.room && target === SECOND_DOOR.door;
    return doors && !doors.includes(target) && !isSecond;
  });
  expect(written(wrong)).toEqual([]);
});

test('nobody imports the doctor, and only main.ts and the doctor import the sandbox', () => {
  expect(written(arrows.filter(({ target }) => roomOf(target) === 'doctor'))).toEqual([]);
  const users = arrows.filter(({ target }) => roomOf(target) === 'sandbox').map(({ file }) => roomOf(file));
  expect(['main.ts', 'doctor']).toEqual(expect.arrayContaining(users));
});

/** The nodes of one circle of a graph, if there is one. */
function circleIn(graph: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
}

test('there is no circle: of rooms, and in the two folders to copy not of files either', () => {
  const rooms = new Map<string, string[]>();
  for (const { file, target } of arrows)
    rooms.set(roomOf(file), [...(rooms.get(roomOf(file)) ?? []), roomOf(target)]);
  expect(circleIn(rooms)).toBeUndefined();
  const copied = imports.filter(({ file }) => /^(pingone|sign-in)\//.test(file));
  expect(circleIn(new Map(copied.map(({ file, own }) => [file, own])))).toBeUndefined();
  expect(
    circleIn(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
});

test('no folder has more files side by side than a reader can survey', () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > FILES_SIDE_BY_SIDE)).toEqual([]);
});

describe.each(Object.entries(PACKAGES))('%s/, which people copy,', (room, packages) => {
  const own = imports.filter(({ file }) => roomOf(file) === room);

  test('imports Node and its few packages', () => {
    expect(own.length).toBeGreaterThan(8);
    const foreign = own.flatMap((of) =>
      of.packages.filter((name) => !packages.includes(name) && !isNode(name)),
    );
    expect(foreign).toEqual([]);
  });

  test('says that it is made of modules, so that a CommonJS app can load it', () => {
    expect(JSON.parse(readFileSync(join(SRC, room, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
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

test.each(files.filter((file) => roomOf(file) === 'pingone'))(
  '%s opens no connection of its own, but for http.ts',
  (file) => {
    const source = readFileSync(join(SRC, file), 'utf8');
    const opens = /\bfetch\(|['"](undici|node:(http|https|http2|net|tls|dgram))['"]/.test(source);
    expect(opens).toBe(file === 'pingone/http.ts');
  },
);

test('the sign-in works without the folder for what comes after it: nothing but the door imports it', () => {
  const after = 'pingone/after-sign-in/';
  const users = imports.filter(
    ({ file, own }) => !file.startsWith(after) && own.some((name) => name.startsWith(after)),
  );
  expect(users.map(({ file }) => file)).toEqual(['pingone/index.ts']);
});
