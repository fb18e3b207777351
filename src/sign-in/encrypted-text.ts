// Text that is kept in the browser or in a store: encrypted, and refused if it was changed or put elsewhere. AES-256-GCM (NIST SP 800-38D)
// with a key derived from the app's secret by HKDF (RFC 5869).

import crypto from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const [IV_BYTES, TAG_BYTES] = [12, 16];

/**
 * @param secrets the newest first: it encrypts, all of them decrypt
 * @param purpose what is encrypted: each purpose has keys of its own
 */
export function createEncryption(secrets: readonly string[], purpose: string) {
  const keys = secrets.map((secret) => Buffer.from(crypto.hkdfSync('sha256', secret, '', purpose, 32)));

  /** @param place where the text is kept: only there it can be decrypted */
  function encrypt(text: string, place: string): string {
    const iv = crypto.randomBytes(IV_BYTES);
    const cipher = crypto.createCipheriv(ALGORITHM, keys[0] ?? '', iv).setAAD(Buffer.from(place));
    const content = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url');
  }

  /** The text; undefined if it was not encrypted for this place with one of the secrets. */
  function decrypt(encrypted: string, place: string): string | undefined {
    const bytes = Buffer.from(encrypted, 'base64url');
    const [iv, content] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES + TAG_BYTES)];
    for (const key of keys) {
      try {
        const decipher = crypto.createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        return Buffer.concat([decipher.update(content), decipher.final()]).toString();
      } catch {
        // Encrypted with another key, for another place, or changed.
      }
    }
    return undefined;
  }

  return { encrypt, decrypt };
}
