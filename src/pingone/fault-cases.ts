// What the name of a fault of the connection tells beyond its code.

import type { Case } from './error-cases.ts';

const ISSUER =
  'Compare PINGONE_ISSUER with the Issuer on the application’s Overview tab: Applications > Applications > your application.';
const VALIDITY =
  'Set this machine’s clock by NTP. If it is right, tell whoever runs the host, or the proxy, that answered.';
const AUTHORITY: Case = {
  causes: [
    'A company proxy opens TLS and signs with a private certificate authority that Node.js does not know.',
    'The server in PINGONE_ISSUER has a certificate of a private authority, or one that it signed itself.',
  ],
  next: 'Set NODE_EXTRA_CA_CERTS to the authority’s PEM file and restart. Never switch the check off.',
};
const NO_TLS: Case = {
  causes: [
    'The port in PINGONE_ISSUER speaks http or something else, but no TLS.',
    'HTTPS_PROXY begins with https://, and the proxy takes plain http.',
  ],
  next: `${ISSUER} Where HTTPS_PROXY is set, compare its http:// or https:// with what the proxy speaks.`,
};
const BROKEN: Case = {
  causes: ['PingOne, or a proxy on the way to it, closed the connection.', 'The network broke for a moment.'],
  next: 'Start a new sign-in. If it happens again, find out what stands between this machine and PingOne.',
};

/** By the names that Node.js, OpenSSL and undici give to faults. */
const FAULTS: Record<string, Case> = {
  ENOTFOUND: {
    causes: [
      'The host name in PINGONE_ISSUER is wrong: another region, or a custom domain with a typing error.',
      'Names outside are resolved by a proxy alone, and HTTPS_PROXY is not set, or names a proxy that does not exist.',
    ],
    next: `${ISSUER} Where names outside are resolved by a proxy alone, set HTTPS_PROXY.`,
  },
  EAI_AGAIN: {
    causes: [
      'This machine’s name server does not answer.',
      'Names outside are resolved by a proxy alone, and HTTPS_PROXY is not set.',
    ],
    next: 'Look after this machine’s name server. Where a proxy resolves names, set HTTPS_PROXY.',
  },
  ECONNREFUSED: {
    causes: [
      'Nothing listens at that address: a sandbox that was stopped, or a wrong port.',
      'A firewall, or the proxy in HTTPS_PROXY, refuses the connection.',
    ],
    next: `Try again in a moment. ${ISSUER}`,
  },
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  // What is no TLS may begin with the bytes of one; OpenSSL 3.0 and later ones name that differently.
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_DATA_LENGTH_TOO_LONG: NO_TLS,
  CERT_HAS_EXPIRED: {
    causes: ['The certificate has run out.', 'This machine’s clock is ahead.'],
    next: VALIDITY,
  },
  CERT_NOT_YET_VALID: {
    causes: ['This machine’s clock is behind.', 'The certificate is used before its time.'],
    next: VALIDITY,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    causes: [
      'PINGONE_ISSUER names a host that the certificate does not cover.',
      'The name leads to another server than it should.',
    ],
    next: `The certificate is another host’s. ${ISSUER}`,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
};

/** @param fault the `code` of a fault of the connection */
export function caseOfFault(fault: string): Case | undefined {
  return Object.hasOwn(FAULTS, fault) ? FAULTS[fault] : undefined;
}
