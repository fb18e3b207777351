// Encrypts what leaves this process, so that it can neither be read nor changed nor moved to another key: AES-256-GCM
// (NIST SP 800-38D) with a key derived from SESSION_SECRET (HKDF, RFC 5869).

import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Encryption {
  /** @param place where the text is kept: it can be decrypted for this place only */
  encrypt(text: string, place: string): string;
  /** The text, or undefined if it was not encrypted for this place with one of the secrets. */
  decrypt(encrypted: string, place: string): string | undefined;
}

/**
 * @param secrets the newest first: it encrypts, all of them decrypt
 * @param purpose what is encrypted: each purpose has keys of its own
 */
export function createEncryption(secrets: string[], purpose: string): Encryption {
  const keys = secrets.map((secret) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES))),
  );
  const [newest] = keys;
  if (!newest) throw new TypeError('At least one secret is needed.');

  return {
    encrypt: (text, place) => encryptWith(newest, text, place),
    decrypt(encrypted, place) {
      const bytes = Buffer.from(encrypted, 'base64url');
      return keys.map((key) => decryptWith(key, bytes, place)).find((text) => text !== undefined);
    },
  };
}

function encryptWith(key: KeyObject, text: string, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(place));
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url');
}

function decryptWith(key: KeyObject, bytes: Buffer, place: string): string | undefined {
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const content = bytes.subarray(IV_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag);
    return decipher.update(content, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // Encrypted with another key or for another place, or changed.
    return undefined;
  }
}
