// Requests of this app to PingOne: no connection, no response, or a response that no step can use; and discovery
// (OpenID Connect Discovery 1.0, section 4).

import { type Case, type EntryOf, type Facts, OVERVIEW } from './entry.ts';
import { caseOf, proxyCase, TLS, UNREACHABLE } from './network.ts';

const CURL = '`curl <PINGONE_ISSUER>/.well-known/openid-configuration`';

export const connectionTexts = {
  pingone_unreachable: ({ networkCode, status }) => ({
    what: 'PingOne cannot be reached. This app could not open a connection to PingOne, or the connection broke before a response came.',
    why: 'This machine has no connection to the internet, or only through a proxy (`HTTPS_PROXY`). The host name in `PINGONE_ISSUER` is wrong. PingOne has an outage.',
    next: `Run ${CURL} on the machine of this app. If it fails too, check the network and its proxies.`,
    user: 'Wait a minute and try again. If it fails again, tell the administrator that this app cannot reach PingOne.',
    ...(networkCode === 'PROXY_REFUSED' ? proxyCase(status) : caseOf(UNREACHABLE, networkCode)),
  }),
  pingone_timeout: {
    what: 'PingOne did not respond in time. No complete response of PingOne came within the time limit.',
    why: 'PingOne, or the network on the way to it, is slow. A firewall drops the connection silently.',
    next: 'Check how fast this machine reaches PingOne, then start a new sign-in. This app sends no code twice, because PingOne may have used it.',
    user: 'Start a new sign-in in a minute. If PingOne still does not respond, tell the administrator.',
  },
  pingone_busy: (facts) => ({
    what: 'Too many requests to PingOne. PingOne, or this app’s own limit on fetching keys, accepts no more requests at the moment.',
    user: 'Wait a moment, then start a new sign-in.',
    ...busyCase(facts),
  }),
  pingone_tls_failed: ({ networkCode }) => ({
    what: 'The TLS connection to PingOne failed. The server did not prove by TLS and a certificate that it is PingOne, so this app sent nothing to it.',
    why: 'This app does not accept the certificate, or the two sides could not agree on TLS.',
    next: 'Look up the name of the connection error in the detail, and check `PINGONE_ISSUER` and `HTTPS_PROXY`. Do not turn off TLS checks.',
    ...caseOf(TLS, networkCode),
  }),
  pingone_redirected: {
    what: 'PingOne returned a redirect. A response redirected a request of this app. This app never follows such a redirect, because it could carry the client secret to another host.',
    why: 'A proxy or a captive portal responded instead of PingOne. `PINGONE_ISSUER` names a web page and not an issuer.',
    next: `Compare the whole \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}.`,
  },
  pingone_failed: {
    what: 'PingOne failed to process a request. A request to PingOne returned an error status that this step of the sign-in does not know.',
    why: 'PingOne has an internal problem. The network edge of PingOne, or a proxy on the way to it, failed.',
    next: 'Start a new sign-in. If it fails again, send the Correlation ID to Ping’s support. A response without one may come from the network edge or a proxy.',
  },
  pingone_blocked: (facts) => ({
    what: 'A request to PingOne was blocked. A request to PingOne returned a 4xx status without an OAuth error, as servers in front of PingOne do. It says nothing about credentials or tokens.',
    user: 'Wait a minute and try again. If it fails again, tell the administrator that a request to PingOne was blocked.',
    ...blockedCase(facts),
  }),
  pingone_response_too_big: {
    what: 'The response of PingOne is too large. A response was larger than 256 KiB, so this app stopped reading it.',
    why: 'The response is not from PingOne, whose responses are much smaller.',
    next: 'Open `<PINGONE_ISSUER>/.well-known/openid-configuration` in a browser. It must show a short JSON document.',
  },
  pingone_response_invalid: (facts) => ({
    what: 'The response of PingOne cannot be read. The response is not the JSON object that this step of the sign-in expects.',
    next: `Run ${CURL} on the machine of this app and read what comes back.`,
    ...unreadableCase(facts),
  }),
  discovery_not_found: ({ request }) => ({
    what: 'There is no discovery document at this issuer. This app built the address of the discovery document from the configured issuer, and there is no document.',
    why: `${endsInAs(request) ? '' : '`PINGONE_ISSUER` does not end in `/as`, as issuers of PingOne do. '}The environment ID or the region in \`PINGONE_ISSUER\` is wrong.`,
    next: `Copy the Issuer from ${OVERVIEW} to \`PINGONE_ISSUER\` and restart this app.`,
  }),
  discovery_invalid: {
    what: 'The discovery document cannot be used. A field that a sign-in needs is missing or wrong in the discovery document, or an address in it is not safe to use.',
    why: '`PINGONE_ISSUER` is the issuer of another product. A proxy changes the document.',
    next: 'Open `<PINGONE_ISSUER>/.well-known/openid-configuration` in a browser and compare the document with the detail.',
  },
  discovery_issuer_mismatch: {
    what: 'The discovery document names another issuer. The `issuer` in the discovery document differs from the configured issuer. They must be exactly the same.',
    why: 'The environment has a custom domain and `PINGONE_ISSUER` still names `auth.pingone.*`, or the reverse. `PINGONE_ISSUER` ends with an extra slash or is spelled differently.',
    next: 'If the document belongs to your environment, set `PINGONE_ISSUER` to the `issuer` in it.',
  },
  client_secret_post_not_offered: {
    what: 'This provider does not offer client_secret_post. The discovery document lists the client authentication methods of the provider, and `client_secret_post` is not among them.',
    why: '`PINGONE_ISSUER` belongs to a provider that allows only other methods.',
    next: 'Set `PINGONE_ISSUER` to an issuer of PingOne, or allow `client_secret_post` at the provider.',
  },
} satisfies Record<string, EntryOf>;

/** RFC 6585, section 4; RFC 9110, section 15.6.4. Without a status it is the limit of this app. */
function busyCase({ status }: Facts): Case {
  if (status === undefined) {
    return {
      why: 'ID tokens named unknown keys too often, so this app stopped fetching the JWK Set for 10 seconds.',
      next: 'Start a new sign-in after 10 seconds. If it happens again, compare the `kid` of the ID tokens with the JWK Set.',
    };
  }
  if (status === 429) {
    return {
      why: 'The license has reached its request rate, which all its environments share. This machine’s IP address has reached its share of the rate: 35 %, or 100 % with a trial license. The network edge of PingOne, or a proxy, limits requests.',
      next: 'Wait as long as `Retry-After` says. If it happens often, look up the rate limits of your license.',
    };
  }
  return {
    why: 'PingOne is under maintenance or overloaded. The network edge of PingOne, or a proxy, cannot reach PingOne.',
    next: 'Wait a minute, then start a new sign-in. If it fails again, look for a maintenance notice of PingOne.',
  };
}

function blockedCase({ step, status, request }: Facts): Case {
  const edge =
    'The network edge of PingOne, a proxy or a firewall blocked the request, for example because of this machine’s IP address.';
  if (step === 'discovery' && !endsInAs(request)) {
    return {
      why: `Not verified: PingOne returns status 403 if \`PINGONE_ISSUER\` does not end in \`/as\`. ${edge}`,
      next: `Copy the Issuer, which ends in \`/as\`, from ${OVERVIEW} to \`PINGONE_ISSUER\`.`,
    };
  }
  const isLong = step === 'userinfo' || status === 413 || status === 431;
  const tooLong = 'The access token is too long: all headers of a request to PingOne together may have 6 KB.';
  return {
    why: isLong ? `${edge} ${tooLong}` : edge,
    next: 'Send the same request from another network and compare the responses. Then check the proxies and firewalls in between.',
  };
}

/** Whether a discovery request was built from an issuer that ends in /as, as the issuers of PingOne do. */
function endsInAs(request = '/as/.well-known/'): boolean {
  return request.includes('/as/.well-known/');
}

function unreadableCase({ contentType = '', why }: Facts): Pick<Case, 'why'> & Partial<Case> {
  if (contentType.startsWith('application/jwt')) {
    return {
      why: 'The provider signs its userinfo responses, and this app does not ask for that.',
      next: 'Turn off signed userinfo responses at the provider. PingOne does not sign them.',
    };
  }
  if (contentType.startsWith('text/html')) {
    return {
      why: 'A proxy or a sign-in page of the network responded instead of PingOne. `PINGONE_ISSUER` belongs to another product.',
    };
  }
  return why === 'compressed'
    ? { why: 'A proxy compressed the response, although this app asks for no compression.' }
    : { why: 'A proxy changed or replaced the response. `PINGONE_ISSUER` names a server of another kind.' };
}
