// Which hosts are this machine itself.

/**
 * Whether a URL's host never leaves this machine. Only such hosts may be spoken to without TLS, and they are never
 * reached through a proxy (RFC 8252, section 8.3).
 */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
