// Causes and next steps of a connection error, by the name that Node.js, OpenSSL or undici gives it.

import type { Case, Diagnosis } from './entry.ts';
import { capitalize, OVERVIEW } from './provider.ts';

const broken = ({ again, provider, Provider }: Case): Diagnosis => ({
  why: `${Provider}, or a proxy on the way to it, closed the connection. The network failed for a moment.`,
  next: `${capitalize(again)}. If it fails again, check the proxies and firewalls between this machine and ${provider}.`,
});
export const unreachable = (given: Case): Record<string, Diagnosis> => ({
  ENOTFOUND: {
    why: 'The host name in `PINGONE_ISSUER` is wrong: it names another region, or a custom domain is misspelled. This machine has no internet connection. This network resolves external names only through a proxy, but `HTTPS_PROXY` is not set or names a host that does not exist.',
    next: `${given.inTenant('compare')} the host name in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}. If only a proxy can resolve external names, set \`HTTPS_PROXY\`.`,
  },
  EAI_AGAIN: {
    why: 'The name server of this machine does not respond. Only a proxy can resolve names outside this network, but `HTTPS_PROXY` is not set.',
    next: 'Check the name server of this machine. If a proxy resolves names, set `HTTPS_PROXY`.',
  },
  ECONNREFUSED: {
    why: 'No server listens at this host and port: the port is wrong, or a local provider is not running. A firewall, or the proxy in `HTTPS_PROXY`, rejects the connection.',
    next: 'Check the host and the port in `PINGONE_ISSUER`. If the provider runs on this machine, start it.',
  },
  ECONNRESET: broken(given),
  EPIPE: broken(given),
  UND_ERR_SOCKET: broken(given),
  UND_ERR_PRX_CONN: broken(given),
  PROXY_REFUSED: proxyDiagnosis(given),
});

/** By the status that a proxy returned to CONNECT (RFC 9110, section 9.3.6). */
function proxyDiagnosis({ status, provider, inTenant }: Case): Diagnosis {
  if (status === 407) {
    return {
      why: 'The proxy in `HTTPS_PROXY` requires a user name and a password, but `HTTPS_PROXY` contains none, or the wrong ones.',
      next: 'Set `HTTPS_PROXY` to `http://<user>:<password>@<host>:<port>`, with both percent-encoded.',
    };
  }
  return status !== undefined && status < 500
    ? {
        why: 'The proxy in `HTTPS_PROXY` does not allow connections from this machine to the host in `PINGONE_ISSUER`.',
        next: `Configure the proxy to allow connections to the host in \`PINGONE_ISSUER\`. If this machine can reach ${provider} without a proxy, add that host to \`NO_PROXY\`.`,
      }
    : {
        why: `The proxy in \`HTTPS_PROXY\` cannot reach ${provider}, or cannot resolve the host name in \`PINGONE_ISSUER\`.`,
        next: `${inTenant('compare')} the host name in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}, then check whether the proxy can reach other hosts.`,
      };
}

const NO_TLS: Diagnosis = {
  why: 'The server at the port in `PINGONE_ISSUER` uses http or another protocol without TLS. `HTTPS_PROXY` begins with `https://`, but the proxy expects plain http.',
  next: 'Check the port in `PINGONE_ISSUER`. If `HTTPS_PROXY` is set, check whether the proxy expects `http://` or `https://`.',
};
const AUTHORITY: Diagnosis = {
  why: 'A company proxy decrypts TLS, and its certificates come from a private certificate authority that Node.js does not trust. The server in `PINGONE_ISSUER` has a self-signed certificate, or a certificate from a private authority.',
  next: 'Set `NODE_EXTRA_CA_CERTS` to the PEM file of the authority and restart this app. Never turn off certificate checks.',
};
const VALIDITY =
  'Synchronize the clock of this machine with NTP. If the clock is right, report the certificate to the operator of the host or the proxy.';

export const tlsFailed = ({ inTenant }: Case): Record<string, Diagnosis> => ({
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
    next: `${inTenant('compare')} the host in \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}. The certificate belongs to another host.`,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: AUTHORITY,
});

/** What the first known name selects. @param names may be any texts */
export function diagnosisOf<T>(diagnoses: Record<string, T>, ...names: (string | undefined)[]) {
  const known = names.find((name) => Object.hasOwn(diagnoses, name ?? ''));
  return known === undefined ? undefined : diagnoses[known];
}
