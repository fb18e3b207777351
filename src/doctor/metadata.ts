// What the discovery document says (OpenID Connect Discovery 1.0, sections 3 and 4.3; RFC 8414, section 2).

import * as z from 'zod';
import { providerMetadata } from '../pingone/discovery.ts';
import { errorTexts } from '../pingone/errors.ts';
import { readJsonObject } from '../pingone/pingone-answer.ts';
import { type Check, type Context, explain, type Finding, known } from './check.ts';

/** Every check of `src/pingone/discovery.ts`, but for client_secret_post, which has a line of its own. */
export const discovery: Check = { name: 'discovery', needs: ['address and TLS'], run: checkDiscovery };

async function checkDiscovery(context: Context): Promise<Finding[]> {
  const { error, metadata } = known(context.discovered);
  if (error && error.code !== 'client_secret_post_not_offered') {
    return [{ result: 'failed', ...explain(error) }];
  }
  // That error comes last: all else of the document holds.
  context.metadata = metadata ?? providerMetadata.parse(documentOf(context));
  return [
    { result: 'passed', message: `The document’s issuer is, to the letter, ${context.metadata.issuer}.` },
  ];
}

function documentOf(context: Context) {
  return readJsonObject(known(known(context.discovered).answer), 'discovery request');
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
    next: 'That is allowed outside PingOne’s own hosts. Make sure that this origin is meant.',
  }));
}

const values = z.array(z.string()).optional().catch(undefined);
const announcements = z.object({
  token_endpoint_auth_methods_supported: values,
  code_challenge_methods_supported: values,
  id_token_signing_alg_values_supported: values,
});

/** One value that this app cannot do without, in one member of the document. */
function announces(value: string, member: keyof z.infer<typeof announcements>, next: string): Check {
  async function checkAnnounced(context: Context): Promise<Finding[]> {
    const list = announcements.parse(documentOf(context))[member];
    if (!list) {
      const message = `Could not tell: the discovery document has no list ${member}.`;
      return [{ result: 'could not tell', message }];
    }
    if (list.includes(value)) return [{ result: 'passed', message: `Announced in ${member}.` }];
    const offered = JSON.stringify(list.join(', ').slice(0, 200));
    return [{ result: 'failed', message: `Not announced: ${member} has ${offered}.`, next }];
  }
  return { name: value, needs: ['discovery'], run: checkAnnounced };
}

export const clientSecretPost = announces(
  'client_secret_post',
  'token_endpoint_auth_methods_supported',
  errorTexts.client_secret_post_not_offered.next,
);

export const s256 = announces(
  'S256',
  'code_challenge_methods_supported',
  'Use an issuer of PingOne, or allow PKCE with S256 at the provider: this app sends no other challenge.',
);

export const rs256 = announces(
  'RS256',
  'id_token_signing_alg_values_supported',
  'Use an issuer of PingOne, or have the provider sign with RS256: this app accepts nothing else.',
);
