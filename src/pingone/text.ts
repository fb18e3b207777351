// Text from outside, made safe for a log line, a page or a terminal: one redactor and one cleaner.

/** A text, clean, cut to `limit` characters; or, where it quotes a secret, what stands in its place. */
export type Redactor = (text: string, limit?: number) => string;

const TEXT_LIMIT = 300;
/** A part of a secret that has twice this length, less one, holds one whole aligned piece of the secret. */
const PIECE_LENGTH = 8;
const PART_LENGTH = 2 * PIECE_LENGTH - 1;
/** Where a text is cut, so much more of it is searched: a part of a secret may begin just before, in another encoding. */
const OVERLAP = 4 * PART_LENGTH;
/** What a part of that length is in base64. */
const BASE64_RUN = new RegExp(`[\\w+/-]{${Math.ceil((PART_LENGTH * 4) / 3)},}`, 'g');
/** Nothing in it has to be removed, which is faster to see. */
const PRINTABLE_ASCII = /^[ -~]*$/;
/** What could move a cursor, start a new line or hide other text. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Finds secrets of 8 characters or more: each whole, or any part of 15 characters, as it is, percent-encoded, in base64 or
 * with spaces in between. The work grows with the text, not with the secrets.
 * @param secrets read at each call, so that it may grow during a sign-in
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const pieces = new Set<string>();
  // Most places in a text begin none of them: four characters, as a number, tell so faster than a text of eight.
  const keys = new Set<number>();
  let known = 0;

  function addPieces(secret: string): void {
    for (let at = 0; at + PIECE_LENGTH <= secret.length; at += PIECE_LENGTH) {
      pieces.add(secret.slice(at, at + PIECE_LENGTH));
      keys.add(keyAt(secret, at));
    }
  }

  function hasPiece(text: string): boolean {
    for (let at = 0; at + PIECE_LENGTH <= text.length; at += 1)
      if (keys.has(keyAt(text, at)) && pieces.has(text.slice(at, at + PIECE_LENGTH))) return true;
    return false;
  }

  return (text, limit = TEXT_LIMIT) => {
    if (text.length < PIECE_LENGTH) return cleanText(text, limit);
    secrets.slice(known).forEach(addPieces);
    known = secrets.length;
    const isQuote = decodedFrom(text.slice(0, limit + OVERLAP)).some(hasPiece);
    return isQuote ? secretOf(text) : cleanText(text, limit);
  };
}

function keyAt(text: string, at: number): number {
  const [first, second] = [text.charCodeAt(at) << 21, text.charCodeAt(at + 2) << 14];
  return first ^ second ^ (text.charCodeAt(at + 4) << 7) ^ text.charCodeAt(at + 6);
}

/** What stands in the place of a secret value. */
export const secretOf = (value: string) => `[secret, ${value.length} characters]`;

/** A JSON value in an error's facts. */
export const shown = (value: unknown) =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');

/** Removes what could move a cursor, start a new line or hide other text, and cuts the rest to `limit` characters. */
export function cleanText(text: string, limit = TEXT_LIMIT): string {
  const cut = text.slice(0, limit);
  const clean = PRINTABLE_ASCII.test(cut) ? cut : cut.replace(INVISIBLE, ' ');
  return text.length > limit ? `${clean}…` : clean;
}

/** A text, and what it says in other encodings; most often nothing. */
function decodedFrom(text: string): string[] {
  const visible = /^[!-~]*$/.test(text) ? text : text.replace(/[\p{C}\p{Z}]/gu, '');
  const copies = visible === text ? [text] : [text, visible];
  if (text.includes('%'))
    copies.push(text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))));
  for (const run of text.match(BASE64_RUN) ?? []) {
    // A secret in base64 has capitals; identifiers and URLs mostly have none. It may begin anywhere in a longer run.
    const starts = /[A-Z]/.test(run) ? [0, 1, 2, 3] : [];
    copies.push(...starts.map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')));
  }
  return copies;
}
