// What is kept outside this process, in a cookie or in Redis: encrypted, and refused if anybody has changed it or put it
// elsewhere. AES-256-GCM with a key derived from SESSION_SECRET (NIST SP 800-38D; HKDF: RFC 5869).

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealer {
  /** @param place where the text is kept: it opens there alone */
  seal(text: string, place: string): string;
  /** The text; undefined if it was not sealed for this place with one of the secrets. */
  open(sealed: string, place: string): string | undefined;
}

/**
 * @param secrets the newest first: it seals, all of them open
 * @param purpose what is sealed: each purpose has keys of its own
 */
export function createSealer(secrets: string[], purpose: string): Sealer {
  const keys = secrets.map((secret) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))),
  );

  function seal(text: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, keys[0] as KeyObject, iv).setAAD(Buffer.from(place));
    const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url');
  }

  function open(sealed: string, place: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    for (const key of keys) {
      try {
        const iv = bytes.subarray(0, IV_BYTES);
        const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return (
          decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        // Sealed with another key, for another place, or changed.
      }
    }
    return undefined;
  }

  return { seal, open };
}
