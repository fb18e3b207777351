// Random inputs that a printed seed makes again: SEED=<number> npx vitest run <file>.

export const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** A generator of whole numbers below `limit`, the same for the same seed (mulberry32). */
export function numbersFrom(start: number): (limit: number) => number {
  let state = start;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
