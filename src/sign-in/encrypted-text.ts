// Encrypts text for a cookie or a store, so that it cannot be read, changed or moved to another place:
// AES-256-GCM (NIST SP 800-38D) with a key that HKDF derives from the app's secret (RFC 5869).

import crypto from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const [IV_BYTES, TAG_BYTES] = [12, 16];

/**
 * @param secrets the newest first. Only the newest encrypts; all of them decrypt.
 * @param purpose names what is encrypted. Each purpose has its own keys.
 */
export function createEncryption(secrets: readonly string[], purpose: string) {
  const keys = secrets.map((secret) => Buffer.from(crypto.hkdfSync('sha256', secret, '', purpose, 32)));

  /**
   * @param place where the text is stored, such as the name of a cookie. It can be decrypted only with the
   *   same place.
   */
  function encrypt(text: string, place: string): string {
    const iv = crypto.randomBytes(IV_BYTES);
    const cipher = crypto.createCipheriv(ALGORITHM, keys[0] ?? '', iv).setAAD(Buffer.from(place));
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString('base64url');
  }

  /** Returns the text, or undefined if it was not encrypted for this place with one of the secrets. */
  function decrypt(encrypted: string, place: string): string | undefined {
    const bytes = Buffer.from(encrypted, 'base64url');
    const [iv, ciphertext] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES + TAG_BYTES)];
    for (const key of keys) {
      try {
        const decipher = crypto.createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString();
      } catch {
        // The text was changed, or encrypted with another key or for another place.
      }
    }
    return undefined;
  }

  return { encrypt, decrypt };
}
