// Whether a text quotes a secret: all of it or a part, wherever the part begins, as it is, percent-encoded or in base64.

/** True for a text that quotes a secret. */
export type Quotes = (text: string) => boolean;

/** Any part of a secret that is at least twice as long, less one, holds one whole piece of the text's. */
const PIECE_LENGTH = 15;
const PART_LENGTH = 2 * PIECE_LENGTH - 1;

/** What a part of that length is in base64. */
const BASE64_RUN = new RegExp(`[\\w+/-]{${Math.ceil((PART_LENGTH * 4) / 3)},}`, 'g');

/** Looks for parts of 29 characters; for a secret that is shorter, for all of it. */
export function quotesOf(secrets: string[]): Quotes {
  const all = secrets.join('\n');
  const short = secrets.filter(({ length }) => length > 0 && length < PART_LENGTH);

  function holds(text: string): boolean {
    for (let at = 0; at + PIECE_LENGTH <= text.length; at += PIECE_LENGTH) {
      if (all.includes(text.slice(at, at + PIECE_LENGTH))) return true;
    }
    return short.some((secret) => text.includes(secret));
  }

  return (text) => {
    if (text.length < PART_LENGTH) return short.some((secret) => text.includes(secret));
    return holds(text) || decoded(text).some(holds);
  };
}

/** What a text says in other words, most often nothing. */
function decoded(text: string): string[] {
  const copies: string[] = [];
  if (text.includes('%')) {
    copies.push(
      text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
  }
  for (const run of text.match(BASE64_RUN) ?? []) {
    // What is in base64 has capitals; identifiers and addresses mostly have none.
    if (!/[A-Z]/.test(run)) continue;
    // It may begin anywhere in a longer run.
    for (const start of [0, 1, 2, 3]) copies.push(Buffer.from(run.slice(start), 'base64').toString());
  }
  return copies;
}
