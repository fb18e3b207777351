// Cookies of pending sign-ins as the app makes them, but with any content.

import { createEncryption } from '../../src/sign-in/encrypted-text.ts';
import { SESSION_SECRET } from '../helpers/app.ts';

const encryptionBy = (secret: string) => createEncryption([secret], 'PingOne sign-in cookie');

/** The value of the same cookie with some fields changed, encrypted with this secret. */
export function changedCookie(
  { name, value }: { name: string; value: string },
  changes: object,
  secret = SESSION_SECRET,
): string {
  const content = encryptionBy(SESSION_SECRET).decrypt(value, name);
  if (content === undefined) throw new Error('The cookie is not one of this app.');
  return encryptionBy(secret).encrypt(JSON.stringify({ ...JSON.parse(content), ...changes }), name);
}
