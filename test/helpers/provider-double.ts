// A test double of the provider: scriptable, it can respond what the sandbox never would, and records every request as it
// came. Each code belongs to one authorization request: its nonce, its PKCE challenge and its redirect URI.

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
  /** The client's port: the same for all requests of one connection. */
  connection: number | undefined;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

/** What an authorization request has asked for. */
interface Authorization {
  nonce: string;
  /** Of PKCE, S256. */
  challenge: string;
  redirectUri: string;
}

/** Sends its answer, or does with the response what it likes and returns nothing. */
export type Script = (
  request: Received,
  response: ServerResponse,
) => Answer | undefined | Promise<Answer | undefined>;

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

// Making RSA keys is slow, and no test needs one of its own unless it makes it.
const firstKey = createSigningKey('default');

export const CLIENT_ID = '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11';
export const CLIENT_SECRET = `double+secret&of=%/ümlaut ${randomUUID()}`;
export const SUBJECT = 'b7a9a7c4-2f0e-4f0b-8d0e-1c51c9a7f001';

export type ProviderDouble = Awaited<ReturnType<typeof startProviderDouble>>;

/** Each part can be replaced or changed at any time; what is not touched answers as it should. */
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
    /** Of the last authorization request: for ID tokens that belong to no code. */
    nonce: 'none yet',
    /** What each code belongs to. */
    codes,
    /** Whether a code is redeemed only with the verifier of its challenge. */
    checksVerifier: true,
    header: { alg: 'RS256', kid: firstKey.kid } as Record<string, unknown>,
    /** Changes to the ID token's claims; undefined takes one away. */
    claims: {} as Record<string, unknown>,
    /** Changes to the token answer; undefined takes one away. */
    tokenAnswer: {} as Record<string, unknown>,
    userinfo: { sub: SUBJECT, name: 'Ada Example', email: 'ada@example.com' } as unknown,
    /** Whole answers, by endpoint. */
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
    /** As a server does with connections that nobody has used for a while. */
    closeIdle: () => server.closeIdleConnections(),
    /** What it answers where no script says otherwise. */
    goodAnswer,
    /** Its requests' listener, for another server at which some endpoint shall be. */
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

  const answers: Record<string, (form?: URLSearchParams) => Promise<Answer> | Answer> = {
    '.well-known/openid-configuration': () => ({ body: double.metadata }),
    jwks: () => ({ body: { keys: double.keys } }),
    userinfo: () => ({ body: double.userinfo }),
    revoke: () => ({ body: '' }),
    token: tokenAnswer,
  };

  /** @param form without it: what it would respond to a good request */
  async function tokenAnswer(form?: URLSearchParams): Promise<Answer> {
    const code = form?.get('code');
    const authorization = codes.get(code ?? '');
    // A code is good for one request, and only together with what it was issued for (RFC 7636, 4.6; RFC 6749, 4.1.3).
    codes.delete(code ?? '');
    const isOfCode = form?.get('grant_type') === 'authorization_code';
    if (isOfCode && !(authorization && belongs(form, authorization, double.checksVerifier)))
      return { status: 400, body: { error: 'invalid_grant' } };
    const answer = {
      access_token: double.accessToken,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: double.refreshToken,
      scope: 'openid profile email',
    };
    const id_token = 'id_token' in double.tokenAnswer ? undefined : await idToken(authorization?.nonce);
    return { body: { ...answer, id_token, ...double.tokenAnswer } };
  }

  async function goodAnswer(endpoint: string, request?: Received): Promise<Answer> {
    const form = request && new URLSearchParams(request.body);
    return (await answers[endpoint]?.(form)) ?? { status: 404, body: 'nothing' };
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
    const answer = script ? await script(request, res) : await goodAnswer(endpoint, request);
    if (answer) send(res, answer);
  }

  server.on('request', handle);
  return double;
}

/** Whether a token request brings what the code was issued for. */
function belongs(form: URLSearchParams, authorization: Authorization, checksVerifier: boolean): boolean {
  const verifier = form.get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (checksVerifier && authorization.challenge !== challenge) return false;
  return authorization.redirectUri === form.get('redirect_uri');
}

function send(res: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  res.writeHead(status, { 'content-type': type, ...headers });
  res.end(text);
}
