// What the tests of this folder share: random choices that a printed seed repeats, requests as raw bytes, and work that is
// counted, not timed.

import { connect } from 'node:net';
import { numbersFrom, seed } from '../helpers/random.ts';

export { seed };

export type Random = ReturnType<typeof createRandom>;

/** Choices from the seed. Each test gets the same choices, however many tests ran before it. */
export function createRandom(start = seed) {
  const number = numbersFrom(start);
  const pick = <T>(list: readonly T[]): T => list[number(list.length)] as T;
  const some = <T>(most: number, make: (index: number) => T): T[] =>
    Array.from({ length: number(most + 1) }, (_, index) => make(index));
  /** A text of `length` characters out of an alphabet. */
  const text = (length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789') => {
    const characters = [...alphabet];
    return Array.from({ length }, () => pick(characters)).join('');
  };
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((item) => ({ item, order: number(1_000_000) }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  return { number, pick, some, text, shuffled, chance: (percent: number) => number(100) < percent };
}

export interface RawPage {
  status: number;
  /** Names in lower case. Of several headers with one name, the last one. */
  headers: Record<string, string>;
  /** Name and value of each cookie that is set; only the name of a cookie that is cleared. */
  cookies: string[];
  body: string;
}

/** Sends one request with exactly these header lines, as bytes of latin1, which no HTTP client would do. */
export async function sendRaw(url: string, lines: string[] = [], method = 'GET'): Promise<RawPage> {
  const { port, host, pathname, search } = new URL(url);
  const own = lines.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${host}`];
  const head = [`${method} ${pathname}${search} HTTP/1.1`, ...own, 'Connection: close', ...lines];
  const text = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), 'localhost');
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'));
  });
  const end = text.indexOf('\r\n\r\n');
  const [status = '', ...fields] = text.slice(0, end).split('\r\n');
  const pairs = fields.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const cookies = pairs
    .filter(([name]) => name === 'set-cookie')
    .map(([, value]) => value.slice(0, value.indexOf(';')).replace(/=$/, ''));
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(pairs),
    cookies,
    body: Buffer.from(text.slice(end + 4), 'latin1').toString(),
  };
}

/** The number of characters and items that parsers, regular expressions and list methods got in this process during `run`. */
export async function workOf(run: () => Promise<unknown>): Promise<number> {
  let work = 0;
  const undo: (() => void)[] = [];
  const replace = <T extends object, K extends keyof T>(object: T, name: K, by: (before: T[K]) => T[K]) => {
    const before = object[name];
    object[name] = by(before);
    undo.push(() => {
      object[name] = before;
    });
  };
  const lengthOf = (input: unknown) => (typeof input === 'string' ? input.length : 1);

  // Every method that takes a regular expression calls this one.
  replace(RegExp.prototype, 'exec', (exec) => {
    return function counted(this: RegExp, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const found = exec.call(this, text);
      const to = found ? found.index + (found[0]?.length ?? 0) : String(text).length;
      work += Math.max(to - from, 1);
      return found;
    };
  });
  replace(JSON, 'parse', (parse) => (text, reviver) => {
    work += lengthOf(text);
    return parse(text, reviver);
  });
  replace(
    JSON,
    'stringify',
    (stringify) =>
      ((...given: Parameters<typeof stringify>) => {
        const text = stringify(...given);
        work += lengthOf(text);
        return text;
      }) as typeof JSON.stringify,
  );
  for (const name of ['includes', 'indexOf', 'find', 'findIndex', 'filter', 'some', 'every', 'map'] as const)
    replace(Array.prototype, name, (method) => {
      const counted = function (this: unknown[], ...given: unknown[]) {
        work += this.length;
        return Reflect.apply(method, this, given);
      };
      return counted as never;
    });
  for (const name of ['split', 'replaceAll'] as const)
    replace(String.prototype, name, (method) => {
      const counted = function (this: string, ...given: unknown[]) {
        work += this.length;
        return Reflect.apply(method, this, given);
      };
      return counted as never;
    });
  replace(globalThis, 'URLSearchParams', (Original) => {
    return class extends Original {
      constructor(...given: ConstructorParameters<typeof Original>) {
        super(...given);
        work += lengthOf(given[0]);
      }
    };
  });
  try {
    await run();
    return work;
  } finally {
    for (const restore of undo) restore();
  }
}
