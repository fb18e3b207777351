// A test double of the provider. Tests script its responses, also ones that the sandbox never sends, and it records each
// request as it arrived. Each code belongs to the nonce, PKCE challenge and redirect URI of one authorization request.

import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';

export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
  /** The client's port, which is the same for all requests of one connection. */
  connection: number | undefined;
}

export interface ScriptedResponse {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

/** The values of an authorization request that its code belongs to. */
interface Authorization {
  nonce: string;
  /** The PKCE code challenge, by the method S256. */
  challenge: string;
  redirectUri: string;
}

/** Returns the response to send, or writes to `response` itself and returns nothing. */
export type Script = (
  request: Received,
  response: ServerResponse,
) => ScriptedResponse | undefined | Promise<ScriptedResponse | undefined>;

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

export function createSigningKey(kid: string = randomUUID()): SigningKey {
  return { kid, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

/** The public half, with the fields that PingOne publishes. */
export function publicJwk({ kid, privateKey }: SigningKey): object {
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty, n, e, kid, use: 'sig' };
}

// Generating RSA keys is slow. A test that needs another key generates it.
const firstKey = createSigningKey('default');

export const CLIENT_ID = '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11';
export const CLIENT_SECRET = `double+secret&of=%/ümlaut ${randomUUID()}`;
export const SUBJECT = 'b7a9a7c4-2f0e-4f0b-8d0e-1c51c9a7f001';

export type ProviderDouble = Awaited<ReturnType<typeof startProviderDouble>>;

/** Tests can replace or change each part at any time. Parts that they do not touch respond correctly. */
export async function startProviderDouble() {
  const received: Received[] = [];
  const codes = new Map<string, Authorization>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as`;
  const accessToken = `access-token-${randomUUID()}`;

  const double = {
    origin,
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    accessToken,
    refreshToken: `refresh-token-${randomUUID()}`,
    received,
    /** Requests to one endpoint: 'token', 'jwks', 'userinfo', '.well-known/openid-configuration'. */
    requestsTo: (endpoint: string) => received.filter(({ path }) => path.endsWith(`/as/${endpoint}`)),
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/signoff`,
      revocation_endpoint: `${issuer}/revoke`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    } as Record<string, unknown>,
    keys: [publicJwk(firstKey)] as object[],
    signingKey: firstKey,
    /** The nonce of the last authorization request, for ID tokens that belong to no code. */
    nonce: 'none yet',
    /** The authorization request of each code. */
    codes,
    /** Whether a code requires the PKCE verifier that matches its challenge. */
    checksVerifier: true,
    header: { alg: 'RS256', kid: firstKey.kid } as Record<string, unknown>,
    /** Changes to the ID token's claims; undefined removes a claim. */
    claims: {} as Record<string, unknown>,
    /** Changes to the token response; undefined removes a field. */
    tokenChanges: {} as Record<string, unknown>,
    userinfo: { sub: SUBJECT, name: 'Ada Example', email: 'ada@example.com' } as unknown,
    /** Scripts that replace whole responses, by endpoint. */
    scripts: {} as Record<string, Script>,
    idToken,
    /** Issues a code for an authorization request, as the authorize endpoint would. */
    authorize(location: string): { state: string; code: string } {
      const query = new URL(location).searchParams;
      const [nonce, challenge, redirectUri] = ['nonce', 'code_challenge', 'redirect_uri'].map(
        (name) => query.get(name) ?? '',
      ) as [string, string, string];
      const code = `code-${randomUUID()}`;
      codes.set(code, { nonce, challenge, redirectUri });
      double.nonce = nonce;
      return { state: query.get('state') ?? '', code };
    },
    /** Closes idle connections, as servers do after a while. */
    closeIdle: () => server.closeIdleConnections(),
    /** The response that an endpoint gives without a script. */
    goodResponse,
    /** The request listener, so that another server can serve some of the endpoints. */
    handle,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };

  function idTokenClaims(nonce = double.nonce): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    const hash = createHash('sha256')
      .update(double.accessToken)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
    const claims = {
      iss: issuer,
      sub: SUBJECT,
      aud: CLIENT_ID,
      iat: now,
      exp: now + 3600,
      nonce,
    };
    return { ...claims, at_hash: hash, acr: 'Single_Factor', ...double.claims };
  }

  async function idToken(nonce?: string): Promise<string> {
    const claims = JSON.parse(JSON.stringify(idTokenClaims(nonce)));
    return new SignJWT(claims)
      .setProtectedHeader(double.header as { alg: string })
      .sign(double.signingKey.privateKey);
  }

  const responses: Record<string, (form?: URLSearchParams) => Promise<ScriptedResponse> | ScriptedResponse> =
    {
      '.well-known/openid-configuration': () => ({ body: double.metadata }),
      jwks: () => ({ body: { keys: double.keys } }),
      userinfo: () => ({ body: double.userinfo }),
      revoke: () => ({ body: '' }),
      token: tokenResponse,
    };

  /** @param form the request's form; without it, the response to a correct request */
  async function tokenResponse(form?: URLSearchParams): Promise<ScriptedResponse> {
    const code = form?.get('code');
    const authorization = codes.get(code ?? '');
    // A code works once, and only with the values that it was issued for (RFC 7636, 4.6; RFC 6749, 4.1.3).
    codes.delete(code ?? '');
    const isCodeGrant = form?.get('grant_type') === 'authorization_code';
    if (isCodeGrant && !(authorization && matches(form, authorization, double.checksVerifier)))
      return { status: 400, body: { error: 'invalid_grant' } };
    const response = {
      access_token: double.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: double.refreshToken,
      scope: 'openid profile email',
    };
    const id_token = 'id_token' in double.tokenChanges ? undefined : await idToken(authorization?.nonce);
    return { body: { ...response, id_token, ...double.tokenChanges } };
  }

  async function goodResponse(endpoint: string, request?: Received): Promise<ScriptedResponse> {
    const form = request && new URLSearchParams(request.body);
    return (await responses[endpoint]?.(form)) ?? { status: 404, body: 'nothing' };
  }

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', origin);
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const request: Received = {
      method: req.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: req.headers,
      rawHeaders: req.rawHeaders,
      body: Buffer.concat(chunks).toString('latin1'),
      connection: req.socket.remotePort,
    };
    received.push(request);
    const endpoint = url.pathname.split('/as/')[1] ?? '';
    const script = double.scripts[endpoint];
    const response = script ? await script(request, res) : await goodResponse(endpoint, request);
    if (response) send(res, response);
  }

  server.on('request', handle);
  return double;
}

/** Whether a token request has the verifier and the redirect URI that its code was issued for. */
function matches(form: URLSearchParams, authorization: Authorization, checksVerifier: boolean): boolean {
  const verifier = form.get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (checksVerifier && authorization.challenge !== challenge) return false;
  return authorization.redirectUri === form.get('redirect_uri');
}

function send(res: ServerResponse, { status = 200, headers = {}, body = '' }: ScriptedResponse): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  res.writeHead(status, { 'content-type': type, ...headers });
  res.end(text);
}
