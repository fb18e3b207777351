// Random inputs. The title of each such test contains the seed that repeats the run: SEED=<number> npx vitest run <file>.

export const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** Returns a generator of whole numbers below `limit`. The same seed gives the same numbers (mulberry32). */
export function numbersFrom(start: number): (limit: number) => number {
  let state = start;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
