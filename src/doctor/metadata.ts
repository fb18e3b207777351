// The content of the discovery document (OpenID Connect Discovery 1.0, sections 3 and 4.3; RFC 8414, section 2).

import * as z from 'zod';
import { SignInError } from '../pingone/index.ts';
import { providerMetadata } from '../pingone/steps.ts';
import { type DoctorCheck, type Examination, type Finding, required } from './check.ts';
import { explainError } from './explain.ts';

const UNAVAILABLE = 'Not verified: the environment is turned off or deleted.';

/** Makes all checks of `src/pingone/discovery.ts` except the one for client_secret_post, which has its own line. */
export const discovery: DoctorCheck = { name: 'discovery', needs: ['address and TLS'], run: checkDiscovery };

async function checkDiscovery(context: Examination): Promise<Finding[]> {
  const { error, value } = required(context.discovered);
  if (error && error.code !== 'client_secret_post_not_offered') {
    const { causes, ...found } = explainError(error);
    const { status = 0 } = error.facts;
    const isRejected = status >= 400 && status < 500 && status !== 429;
    return [{ result: 'failed', ...found, causes: isRejected ? [...causes, UNAVAILABLE] : causes }];
  }
  // client_secret_post is checked last, so the rest of the document is valid.
  context.metadata = value ?? providerMetadata.parse(documentOf(context));
  return [{ result: 'passed', message: `The document’s issuer is exactly ${context.metadata.issuer}.` }];
}

function documentOf(context: Examination) {
  return required(required(context.discovered).exchange?.body);
}

/** Warns about endpoints outside the issuer's origin. On PingOne's own hosts, discovery already fails for them. */
export const endpoints: DoctorCheck = { name: 'endpoints', needs: ['discovery'], run: checkEndpoints };

async function checkEndpoints(context: Examination): Promise<Finding[]> {
  const metadata = required(context.metadata);
  const { origin } = new URL(metadata.issuer);
  const elsewhere = Object.entries(metadata)
    .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    .map(([name, value]) => ({ name, origin: new URL(String(value)).origin }))
    .filter((endpoint) => endpoint.origin !== origin);
  if (elsewhere.length === 0) return [{ result: 'passed', message: `All endpoints are on ${origin}.` }];
  return elsewhere.map((endpoint) => ({
    result: 'warning',
    message: `${endpoint.name} is on ${endpoint.origin}, not on ${origin}.`,
    next: 'Check that the origin is correct. Other origins are allowed if the issuer is not on PingOne’s own hosts.',
  }));
}

const announcement = z.array(z.string()).optional().catch(undefined);

/** Checks that a list in the document contains a value that this app needs. */
function announces(value: string, field: string, next: string): DoctorCheck {
  async function checkAnnounced(context: Examination): Promise<Finding[]> {
    const list = announcement.parse(documentOf(context)[field]);
    const missing = `Not known, because the discovery document has no list ${field}.`;
    if (!list) return [{ result: 'warning', message: missing }];
    if (list.includes(value)) return [{ result: 'passed', message: `Listed in ${field}.` }];
    const offered = JSON.stringify(list.join(', ').slice(0, 200));
    return [{ result: 'failed', message: `Not listed: ${field} contains ${offered}.`, next }];
  }
  return { name: value, needs: ['discovery'], run: checkAnnounced };
}

/** One check, and so one line, for each value. */
export const announcedValues: DoctorCheck[] = [
  announces(
    'client_secret_post',
    'token_endpoint_auth_methods_supported',
    explainError(new SignInError('client_secret_post_not_offered')).next,
  ),
  announces(
    'S256',
    'code_challenge_methods_supported',
    'Use an issuer of PingOne, or allow PKCE with S256 at the provider. This app sends no other challenge.',
  ),
  announces(
    'RS256',
    'id_token_signing_alg_values_supported',
    'Use an issuer of PingOne, or set the provider to sign with RS256. This app accepts no other algorithm.',
  ),
];
