// What can go wrong while talking to PingOne at all, and with its discovery document.

import type { ErrorText } from './errors.ts';

export const connectionErrors = {
  pingone_unreachable: {
    status: 503,
    title: 'PingOne could not be reached',
    what: 'The connection to PingOne could not be opened, or it broke before an answer came.',
    causes: [
      'This server has no way out to the internet, or only through a proxy (HTTPS_PROXY).',
      'The host name in PINGONE_ISSUER is wrong: another region, or a custom domain with a typing error.',
      'PingOne is having an outage.',
    ],
    next: 'Try again in a moment. If it happens again, run on the machine of this app: curl <PINGONE_ISSUER>/.well-known/openid-configuration',
  },
  pingone_timeout: {
    status: 504,
    title: 'PingOne did not answer in time',
    what: 'A request to PingOne was not answered in full within the time a sign-in may take.',
    causes: [
      'PingOne, or the network on the way to it, is slow.',
      'A firewall drops the connection silently.',
    ],
    next: 'Start a new sign-in. A code that was sent is not sent again: nobody here can know whether PingOne took it.',
  },
  pingone_tls_failed: {
    status: 502,
    title: 'PingOne’s TLS connection was not accepted',
    what: 'The server that answered did not prove by TLS and a certificate that it is PingOne, so nothing was sent to it.',
    causes: [
      'A company proxy opens TLS and signs with a private certificate authority that Node.js does not know.',
      'PINGONE_ISSUER names a host that the certificate does not cover.',
      'This machine’s clock is outside the certificate’s validity.',
    ],
    next: 'Set NODE_EXTRA_CA_CERTS to the authority’s PEM file and restart. Never switch the check off.',
  },
  pingone_redirected: {
    status: 502,
    title: 'PingOne answered with a redirect',
    what: 'A server-to-server request was answered with a redirect, which is never followed: it could carry the client secret to another host.',
    causes: [
      'A proxy or a captive network answers in place of PingOne.',
      'PINGONE_ISSUER names a web page, not an issuer.',
    ],
    next: 'Compare PINGONE_ISSUER with the Issuer on the application’s Overview tab: Applications > Applications > your application.',
  },
  pingone_answer_too_big: {
    status: 502,
    title: 'PingOne’s answer was too big',
    what: 'An answer was larger than 1 MiB and was dropped.',
    causes: ['Something other than PingOne answered.'],
    next: 'Open <PINGONE_ISSUER>/.well-known/openid-configuration in a browser: it must show a short JSON document.',
  },
  pingone_answer_invalid: {
    status: 502,
    title: 'PingOne’s answer could not be read',
    what: 'The answer was not the JSON object that this step of the sign-in expects.',
    causes: [
      'A proxy or a login page of the network answered in place of PingOne.',
      'The provider signs its userinfo answer, which this app does not ask for.',
      'PINGONE_ISSUER belongs to another product.',
    ],
    next: 'Run on the machine of this app, and look at what comes back: curl <PINGONE_ISSUER>/.well-known/openid-configuration',
  },
  pingone_busy: {
    status: 503,
    title: 'PingOne asks to wait',
    what: 'PingOne, or this app’s own limit on fetching keys, takes no more requests for now.',
    causes: [
      'The environment’s licence has reached its request rate.',
      'PingOne is under maintenance or overloaded.',
    ],
    next: 'Start a new sign-in in a little while.',
  },
  pingone_failed: {
    status: 502,
    title: 'PingOne failed to answer',
    what: 'PingOne answered with a status that this step does not know.',
    causes: ['A fault on PingOne’s side.', 'A proxy in between failed.'],
    next: 'Start a new sign-in. If it happens again, give Ping’s support the Correlation ID, if there is one below.',
  },
  discovery_not_found: {
    status: 502,
    title: 'There is no discovery document at this issuer',
    what: 'The address built from PINGONE_ISSUER does not lead to a discovery document.',
    causes: ['The environment ID or the region in PINGONE_ISSUER is wrong.'],
    next: 'Copy the Issuer from the application’s Overview tab: Applications > Applications > your application.',
  },
  discovery_invalid: {
    status: 502,
    title: 'The discovery document cannot be used',
    what: 'The discovery document lacks something that a sign-in needs, or holds an address that is not safe to use.',
    causes: ['PINGONE_ISSUER belongs to another product, or a proxy changes the answer.'],
    next: 'Open <PINGONE_ISSUER>/.well-known/openid-configuration in a browser and compare it with the detail above.',
  },
  discovery_issuer_mismatch: {
    status: 502,
    title: 'The discovery document names another issuer',
    what: 'The issuer in the discovery document differs from PINGONE_ISSUER. They must be the same to the letter.',
    causes: [
      'The environment has a custom domain, and PINGONE_ISSUER still names auth.pingone.*, or the other way round.',
      'A slash at the end, or another spelling.',
    ],
    next: 'Set PINGONE_ISSUER to the issuer of the document, if that is the environment you mean.',
  },
  client_secret_post_not_offered: {
    status: 502,
    title: 'This provider does not offer client_secret_post',
    what: 'The discovery document lists the client authentication methods, and client_secret_post is not among them.',
    causes: ['PINGONE_ISSUER belongs to a provider that allows other methods only.'],
    next: 'Use an issuer of PingOne, or allow client_secret_post at the provider.',
  },
} satisfies Record<string, ErrorText>;
