// What the discovery document says (OpenID Connect Discovery 1.0, sections 3 and 4.3; RFC 8414, section 2).

import * as z from 'zod';
import { providerMetadata, SignInError } from '../pingone/steps.ts';
import { type Check, type Context, type Finding, known } from './check.ts';
import { explain } from './explain.ts';

const UNAVAILABLE = 'Not verified: the environment is turned off or deleted.';

/** Every check of `src/pingone/discovery.ts`, except that of client_secret_post, which has a line of its own. */
export const discovery: Check = { name: 'discovery', needs: ['address and TLS'], run: checkDiscovery };

async function checkDiscovery(context: Context): Promise<Finding[]> {
  const { error, value } = known(context.discovered);
  if (error && error.code !== 'client_secret_post_not_offered') {
    const { causes, ...found } = explain(error);
    const { status = 0 } = error.facts;
    const isRejected = status >= 400 && status < 500 && status !== 429;
    return [{ result: 'failed', ...found, causes: isRejected ? `${causes} ${UNAVAILABLE}` : causes }];
  }
  // That error comes last: all else of the document is right.
  context.metadata = value ?? providerMetadata.parse(documentOf(context));
  return [{ result: 'passed', message: `The document’s issuer is exactly ${context.metadata.issuer}.` }];
}

function documentOf(context: Context) {
  return known(known(context.discovered).exchange?.body);
}

/** Where the endpoints are. Elsewhere than the issuer is allowed; on PingOne's own hosts discovery has failed for it. */
export const endpoints: Check = { name: 'endpoints', needs: ['discovery'], run: checkEndpoints };

async function checkEndpoints(context: Context): Promise<Finding[]> {
  const metadata = known(context.metadata);
  const { origin } = new URL(metadata.issuer);
  const elsewhere = Object.entries(metadata)
    .filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')
    .map(([name, value]) => ({ name, origin: new URL(String(value)).origin }))
    .filter((endpoint) => endpoint.origin !== origin);
  if (elsewhere.length === 0) return [{ result: 'passed', message: `All are on ${origin}.` }];
  return elsewhere.map((endpoint) => ({
    result: 'warning',
    message: `${endpoint.name} is on ${endpoint.origin}, not on ${origin}.`,
    next: 'Outside PingOne’s own hosts this is allowed. Check that the origin is right.',
  }));
}

const announcement = z.array(z.string()).optional().catch(undefined);

/** One value that this app cannot do without, in one field of the document. */
function announces(value: string, field: string, next: string): Check {
  async function checkAnnounced(context: Context): Promise<Finding[]> {
    const list = announcement.parse(documentOf(context)[field]);
    const missing = `Could not tell: the discovery document has no list ${field}.`;
    if (!list) return [{ result: 'warning', message: missing }];
    if (list.includes(value)) return [{ result: 'passed', message: `Announced in ${field}.` }];
    const offered = JSON.stringify(list.join(', ').slice(0, 200));
    return [{ result: 'failed', message: `Not announced: ${field} has ${offered}.`, next }];
  }
  return { name: value, needs: ['discovery'], run: checkAnnounced };
}

/** A line for each. */
export const announced: Check[] = [
  announces(
    'client_secret_post',
    'token_endpoint_auth_methods_supported',
    explain(new SignInError('client_secret_post_not_offered')).next,
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
