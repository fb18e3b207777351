// Makes text from outside safe for a log line, a page or a terminal: createRedactor masks secrets, and
// cleanText removes control characters.

/** Returns the text, cleaned and cut to `limit` characters, or a mask if the text contains a secret. */
export type Redactor = (text: string, limit?: number) => string;

const TEXT_LIMIT = 300;
/**
 * A secret is cut into pieces of this length. A part of PART_LENGTH characters always contains one whole
 * piece.
 */
const PIECE_LENGTH = 8;
const PIECE = new RegExp(`.{${PIECE_LENGTH}}`, 'gs');
const PART_LENGTH = 2 * PIECE_LENGTH - 1;
/**
 * How much is searched beyond the limit, because a part of a secret may begin just before it, in another
 * encoding.
 */
const OVERLAP = 4 * PART_LENGTH;
/** PART_LENGTH characters in base64. */
const BASE64_RUN = new RegExp(`[\\w+/-]{${Math.ceil((PART_LENGTH * 4) / 3)},}`, 'g');
/** A text of printable ASCII needs no cleaning, and this test is fast. */
const PRINTABLE_ASCII = /^[ -~]*$/;
/** Characters that could move a cursor, start a new line or hide other text. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Makes a function that finds secrets of at least 8 characters, and any part of 15 characters. They may be
 * plain, percent-encoded, in base64, or have spaces in between. The work grows with the length of the text,
 * not of the secrets.
 * @param secrets read at each call, so secrets may be added during a sign-in
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  // For speed: at nearly every position of a text, no piece begins. A number of four characters shows that
  // faster than a substring, so the pieces themselves are seldom needed.
  const pieceNumbers = new Set<number>();
  let pieces: Set<string> | undefined;
  let secretsRead = 0;

  function addNumbers(secret: string): void {
    for (let at = 0; at + PIECE_LENGTH <= secret.length; at += PIECE_LENGTH)
      pieceNumbers.add(numberAt(secret, at));
    pieces = undefined;
  }

  function hasPiece(text: string): boolean {
    for (let at = 0; at + PIECE_LENGTH <= text.length; at += 1) {
      if (!pieceNumbers.has(numberAt(text, at))) continue;
      pieces ??= new Set(secrets.flatMap((secret) => secret.match(PIECE) ?? []));
      if (pieces.has(text.slice(at, at + PIECE_LENGTH))) return true;
    }
    return false;
  }

  return (text, limit = TEXT_LIMIT) => {
    if (text.length < PIECE_LENGTH) return cleanText(text, limit);
    for (; secretsRead < secrets.length; secretsRead += 1) addNumbers(secrets[secretsRead] ?? '');
    return decodedFrom(text.slice(0, limit + OVERLAP)).some(hasPiece) ? maskOf(text) : cleanText(text, limit);
  };
}

function numberAt(text: string, at: number): number {
  const [first, second] = [text.charCodeAt(at) << 21, text.charCodeAt(at + 2) << 14];
  return first ^ second ^ (text.charCodeAt(at + 4) << 7) ^ text.charCodeAt(at + 6);
}

/** The text in place of a secret value. */
export const maskOf = (value: string) => `[secret, ${value.length} characters]`;

/** A JSON value as text, for an error's facts. */
export const asText = (value: unknown) =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');

/**
 * Replaces characters that could move a cursor, start a new line or hide other text, and cuts the text to
 * `limit` characters.
 */
export function cleanText(text: string, limit = TEXT_LIMIT): string {
  const cut = text.slice(0, limit);
  const clean = PRINTABLE_ASCII.test(cut) ? cut : cut.replace(INVISIBLE, ' ');
  return text.length > limit ? `${clean}…` : clean;
}

/** The text, and its decoded copies if it may be encoded. */
function decodedFrom(text: string): string[] {
  const visible = /^[!-~]*$/.test(text) ? text : text.replace(/[\p{C}\p{Z}]/gu, '');
  const copies = visible === text ? [text] : [text, visible];
  if (text.includes('%'))
    copies.push(text.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))));
  for (const run of text.match(BASE64_RUN) ?? []) {
    // Base64 of a secret has capitals; most identifiers and URLs have none. It may begin anywhere in a longer
    // run.
    const starts = /[A-Z]/.test(run) ? [0, 1, 2, 3] : [];
    copies.push(...starts.map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')));
  }
  return copies;
}
