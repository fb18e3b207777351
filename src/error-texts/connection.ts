// Requests from this app to PingOne that got no connection, no response, or a response that no step can use; and discovery
// (OpenID Connect Discovery 1.0, section 4).

import { type Case, type Diagnosis, entry, requestEntry, type Texts, wait } from './entry.ts';
import { diagnosisOf, tlsFailed, unreachable } from './network.ts';
import { capitalize, OVERVIEW, type ProviderWords } from './provider.ts';

const CURL = '`curl <PINGONE_ISSUER>/.well-known/openid-configuration`';

export const connectionTexts = ({ provider, Provider, inTenant }: ProviderWords) => ({
  pingone_unreachable: requestEntry(`${Provider} cannot be reached`, (given) => ({
    what: `This app could not open a connection to ${provider}, or the connection closed before a response arrived.`,
    why: `This machine has no internet connection, or it needs a proxy (\`HTTPS_PROXY\`). The host name in \`PINGONE_ISSUER\` is wrong. ${Provider} has an outage.`,
    next: `Run ${CURL} on the machine that runs this app. If that also fails, check the network and its proxies.`,
    user: `${wait(given, 'a minute')} and try again. If it fails again, tell the administrator that this app cannot reach ${provider}.`,
    ...diagnosisOf(unreachable(given), given.networkCode),
  })),
  pingone_timeout: requestEntry(`${Provider} did not respond in time`, (given) => ({
    what: `${Provider} sent no complete response within the time limit.`,
    why: `${Provider}, or the network on the way to it, is slow. A firewall silently drops the connection.`,
    next: `Check how fast this machine reaches ${provider}, then ${given.again}. This app never sends a code twice, because ${provider} may already have used it.`,
    user: `${wait(given, 'a minute')}, then start a new sign-in. If ${provider} still does not respond, tell the administrator.`,
  })),
  pingone_busy: requestEntry(`Too many requests to ${provider}`, (given) => ({
    user: `${wait(given)}, then start a new sign-in.`,
    ...busyTexts(given),
  })),
  pingone_tls_failed: requestEntry(`The TLS connection to ${provider} failed`, (given) => ({
    what: `The server did not prove that it is ${provider}, so this app sent it no request.`,
    why: 'This app does not accept the certificate. This app and the server have no TLS version or cipher in common.',
    next: 'Look up the name of the connection error in the details, and check `PINGONE_ISSUER` and `HTTPS_PROXY`. Do not turn off TLS checks.',
    ...diagnosisOf(tlsFailed(given), given.networkCode),
  })),
  pingone_redirected: requestEntry(`${Provider} returned a redirect`, {
    what: `This app follows no redirects when it calls ${provider}, because a redirect could carry the client secret to another host.`,
    why: `A proxy or a captive portal responded instead of ${provider}. \`PINGONE_ISSUER\` names a web page, not an issuer.`,
    next: `${inTenant('compare')} the whole \`PINGONE_ISSUER\` with the Issuer under ${OVERVIEW}.`,
  }),
  pingone_failed: requestEntry(`${Provider} failed to process a request`, ({ again }) => ({
    what: `A request to ${provider} returned an error status that this step of the sign-in does not expect.`,
    why: `${Provider} has an internal problem. The network edge of ${provider}, or a proxy on the way to it, failed.`,
    next: `${capitalize(again)}. If it fails again, send the Correlation ID to Ping Identity support. A response without a Correlation ID may come from the network edge or a proxy.`,
  })),
  pingone_blocked: requestEntry(`A request to ${provider} was blocked`, (given) => ({
    what: `A request to ${provider} returned a 4xx status without an OAuth error. Servers in front of ${provider} respond like this. The status says nothing about credentials or tokens.`,
    user: `${wait(given, 'a minute')} and try again. If it fails again, tell the administrator that a request to ${provider} was blocked.`,
    ...blockedDiagnosis(given),
  })),
  pingone_response_too_big: requestEntry(`The response from ${provider} is too large`, {
    what: 'A response was larger than 256 KiB, so this app stopped reading it.',
    why: `The response is not from ${provider}, whose responses are much smaller.`,
    next: 'Open `<PINGONE_ISSUER>/.well-known/openid-configuration` in a browser. It must show a short JSON document.',
  }),
  pingone_response_invalid: requestEntry(`The response from ${provider} cannot be read`, (given) => ({
    what: 'The response is not the JSON object that this step of the sign-in expects.',
    why: 'A proxy changed or replaced the response. `PINGONE_ISSUER` is the URL of another kind of server.',
    next: `Run ${CURL} on the machine that runs this app and read the response.`,
    ...diagnosisOf(unreadable(given), given.contentType?.split(/[ ;]/)[0], given.why),
  })),
  discovery_not_found: entry('There is no discovery document at this issuer', ({ request }) => ({
    what: 'This app built the URL of the discovery document from the configured issuer, but found no document there.',
    why: `${endsInAs(request) ? '' : `\`PINGONE_ISSUER\` does not end in \`/as\`, but issuers of ${provider} do. `}The environment ID or the region in \`PINGONE_ISSUER\` is wrong.`,
    next: `${inTenant('copy')} the Issuer from ${OVERVIEW} to \`PINGONE_ISSUER\` and restart this app.`,
  })),
  discovery_invalid: entry('The discovery document cannot be used', {
    what: 'In the discovery document, a field that a sign-in needs is missing or wrong, or a URL is not safe to use.',
    why: '`PINGONE_ISSUER` is the issuer of another product. A proxy changes the document.',
    next: 'Open `<PINGONE_ISSUER>/.well-known/openid-configuration` in a browser and compare the document with the details.',
  }),
  discovery_issuer_mismatch: entry('The discovery document names another issuer', {
    what: 'The `issuer` in the discovery document differs from the configured issuer. They must be exactly the same.',
    why: 'The environment has a custom domain and `PINGONE_ISSUER` still names `auth.pingone.*`, or vice versa. `PINGONE_ISSUER` ends with an extra slash or is spelled differently.',
    next: 'If the document belongs to your environment, set `PINGONE_ISSUER` to the `issuer` in it.',
  }),
  client_secret_post_not_offered: entry('This provider does not offer client_secret_post', {
    what: 'The discovery document lists the client authentication methods of the provider, and `client_secret_post` is not among them.',
    why: '`PINGONE_ISSUER` belongs to a provider that allows only other methods.',
    next: `Set \`PINGONE_ISSUER\` to an issuer of ${provider}, or allow \`client_secret_post\` at the provider.`,
  }),
});

/** RFC 6585, section 4; RFC 9110, section 15.6.4. Without a status, this app's own limit was reached. */
function busyTexts({ status, again, provider, Provider }: Case): Texts {
  if (status === undefined) {
    return {
      what: `This app has reached its own limit for fetching the keys of ${provider}.`,
      why: 'ID tokens named unknown keys too often, so this app stopped fetching the JWK Set for 10 seconds.',
      next: `${capitalize(again)} after 10 seconds. If it fails again, compare the \`kid\` of the ID tokens with the JWK Set.`,
    };
  }
  if (status === 429) {
    return {
      what: `${Provider} is not accepting more requests at the moment.`,
      why: `Together, the environments under your PingOne license have reached its request limit. The IP address of this machine has reached its share of that limit: 35%, or 100% with a trial license. The network edge of ${provider}, or a proxy, limits requests.`,
      next: 'Wait for the time in the `Retry-After` header. If it happens often, look up the rate limits of your PingOne license.',
    };
  }
  return {
    title: `${Provider} is not available at the moment`,
    what: `${Provider}, or a server in front of it, reports that it cannot process requests at the moment.`,
    why: `${Provider} is under maintenance or overloaded. The network edge of ${provider}, or a proxy, cannot reach ${provider}.`,
    next: `Wait a minute, then ${again}. If it fails again, look up PingOne’s service status.`,
  };
}

function blockedDiagnosis({ step, status, request, provider, inTenant }: Case): Diagnosis {
  const edge = `The network edge of ${provider}, a proxy, or a firewall blocked the request, for example because of the IP address of this machine.`;
  if (step === 'discovery' && !endsInAs(request)) {
    return {
      why: `Not verified: PingOne returns status 403 if \`PINGONE_ISSUER\` does not end in \`/as\`. ${edge}`,
      next: `${inTenant('copy')} the Issuer, which ends in \`/as\`, from ${OVERVIEW} to \`PINGONE_ISSUER\`.`,
    };
  }
  const isLong = step === 'userinfo' || status === 413 || status === 431;
  return {
    why: `${edge}${isLong ? ' The access token is too long (PingOne: all headers of a request together can have at most 6 KB).' : ''}`,
    next: `Send the same request from another network and compare the responses. Then check the proxies and firewalls between this machine and ${provider}.`,
  };
}

/** Whether the issuer of a discovery request ends in /as, as the issuers of PingOne do. */
const endsInAs = (request = '/as/.well-known/') => request.includes('/as/.well-known/');

const unreadable = ({ provider, Provider }: Case): Record<string, Partial<Texts>> => ({
  'application/jwt': {
    why: 'The provider signs its userinfo responses, although this app does not ask for that.',
    next: `Turn off signed userinfo responses at the provider. ${Provider} does not sign them.`,
  },
  'text/html': {
    why: `A proxy, or the sign-in page of a network, responded instead of ${provider}. \`PINGONE_ISSUER\` belongs to another product.`,
  },
  compressed: { why: 'A proxy compressed the response, although this app asks for no compression.' },
  status_not_200: {
    what: 'The response has a status that means success, but only status 200 is a success at this step.',
    why: `A proxy or a gateway responded instead of ${provider}. The provider does not follow the specification of this endpoint.`,
  },
  too_many_fields: {
    what: 'The response contains more than 3,000 commas, so it has too many fields and list items for this app to read.',
    why: `A claim of the user is a very long list, for example of thousands of groups. The response is not from ${provider}.`,
    next: 'Check the attribute mappings of the application, and remove claims that are long lists.',
  },
});
