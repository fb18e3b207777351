// What a connection error tells by the name that Node.js, OpenSSL or undici gives it.

import { type Case, OVERVIEW } from './entry.ts';

const BROKEN: Case = {
  why: 'PingOne, or a proxy on the way to it, closed the connection. The network failed for a moment.',
  next: 'Start a new sign-in. If it fails again, check the proxies and firewalls between this machine and PingOne.',
};
export const UNREACHABLE: Record<string, Case> = {
  ENOTFOUND: {
    why: 'The host name in `PINGONE_ISSUER` is wrong: it names another region, or a custom domain is misspelled. Only a proxy can resolve external names, and `HTTPS_PROXY` is not set, or names a proxy that does not exist.',
    next: `Compare the host name in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}. If only a proxy resolves external names, set \`HTTPS_PROXY\`.`,
  },
  EAI_AGAIN: {
    why: 'The name server of this machine does not respond. Only a proxy can resolve names outside this network, and `HTTPS_PROXY` is not set.',
    next: 'Check the name server of this machine. If a proxy resolves names, set `HTTPS_PROXY`.',
  },
  ECONNREFUSED: {
    why: 'No server listens at this address: the port is wrong, or a local provider was stopped. A firewall, or the proxy in `HTTPS_PROXY`, rejects the connection.',
    next: 'Check the host and the port in `PINGONE_ISSUER`. If the provider runs on this machine, start it again.',
  },
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  UND_ERR_PRX_CONN: BROKEN,
};

/** By the status that a proxy returned to CONNECT (RFC 9110, section 9.3.6). */
export function proxyCase(status?: number): Case {
  if (status === 407) {
    return {
      why: 'The proxy in `HTTPS_PROXY` requires a user name and a password, and `HTTPS_PROXY` has none, or wrong ones.',
      next: 'Set `HTTPS_PROXY` to `http://<user>:<password>@<host>:<port>`, with both percent-encoded.',
    };
  }
  return status !== undefined && status < 500
    ? {
        why: 'The proxy in `HTTPS_PROXY` does not allow connections from this machine to the host in `PINGONE_ISSUER`.',
        next: 'Let the proxy accept connections to the host in `PINGONE_ISSUER`. If PingOne can be reached without a proxy, add that host to `NO_PROXY`.',
      }
    : {
        why: 'The proxy in `HTTPS_PROXY` cannot reach PingOne, or cannot resolve the host name in `PINGONE_ISSUER`.',
        next: `Compare the host name in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}, then check how the proxy reaches other hosts.`,
      };
}

const NO_TLS: Case = {
  why: 'The port in `PINGONE_ISSUER` speaks http or another protocol, but not TLS. `HTTPS_PROXY` begins with `https://`, and the proxy expects plain http.',
  next: 'Check the port in `PINGONE_ISSUER`. If `HTTPS_PROXY` is set, compare its `http://` or `https://` with what the proxy speaks.',
};
const AUTHORITY: Case = {
  why: 'A company proxy decrypts TLS and signs with a private certificate authority that Node.js does not know. The server in `PINGONE_ISSUER` has a certificate of a private authority, or a self-signed certificate.',
  next: 'Set `NODE_EXTRA_CA_CERTS` to the PEM file of the authority and restart this app. Never turn off the check.',
};
const VALIDITY =
  'Set the clock of this machine by NTP. If the clock is right, report the certificate to the operator of the host or the proxy.';

export const TLS: Record<string, Case> = {
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  // Bytes that are not TLS may begin like TLS; OpenSSL 3.0 and later versions name that differently.
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_DATA_LENGTH_TOO_LONG: NO_TLS,
  CERT_HAS_EXPIRED: {
    why: 'The certificate has expired. The clock of this machine is ahead.',
    next: VALIDITY,
  },
  CERT_NOT_YET_VALID: {
    why: 'The clock of this machine is behind. The certificate is not valid yet.',
    next: VALIDITY,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: '`PINGONE_ISSUER` names a host that the certificate does not cover. The host name resolves to the wrong server.',
    next: `Compare the host in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}. The certificate belongs to another host.`,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
};

/** @param name may be any text */
export function caseOf(cases: Record<string, Case>, name = ''): Case | undefined {
  return Object.hasOwn(cases, name) ? cases[name] : undefined;
}
