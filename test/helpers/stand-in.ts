// A scriptable provider: it can answer what the sandbox never would, and records every request as it came.

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

/** The public half, with the members that PingOne publishes. */
export function publicJwk({ kid, privateKey }: SigningKey): object {
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { kty, n, e, kid, use: 'sig' };
}

// Making RSA keys is slow, and no test needs one of its own unless it makes it.
const firstKey = createSigningKey('default');

export const CLIENT_ID = '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11';
export const CLIENT_SECRET = `stand-in+secret&of=%/ümlaut ${randomUUID()}`;
export const SUBJECT = 'b7a9a7c4-2f0e-4f0b-8d0e-1c51c9a7f001';

export type StandIn = Awaited<ReturnType<typeof startStandIn>>;

/** Each part can be replaced or changed at any time; what is not touched answers as it should. */
export async function startStandIn() {
  const received: Received[] = [];
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10/as`;
  const accessToken = `access-token-${randomUUID()}`;

  const standIn = {
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
    /** Set from the authorization request; see `nonceFrom`. */
    nonce: 'none yet',
    header: { alg: 'RS256', kid: firstKey.kid } as Record<string, unknown>,
    /** Changes to the ID token's claims; undefined takes one away. */
    claims: {} as Record<string, unknown>,
    /** Changes to the token answer; undefined takes one away. */
    tokenAnswer: {} as Record<string, unknown>,
    userinfo: { sub: SUBJECT, name: 'Ada Example', email: 'ada@example.com' } as unknown,
    /** Whole answers, by endpoint. */
    scripts: {} as Record<string, Script>,
    idToken,
    /** Takes the nonce over from an authorization request, as the authorize endpoint would. */
    authorize(location: string): { state: string; code: string } {
      const query = new URL(location).searchParams;
      standIn.nonce = query.get('nonce') ?? '';
      return { state: query.get('state') ?? '', code: `code-${randomUUID()}` };
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

  function idTokenClaims(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    const hash = createHash('sha256')
      .update(standIn.accessToken)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
    const claims = {
      iss: issuer,
      sub: SUBJECT,
      aud: CLIENT_ID,
      iat: now,
      exp: now + 3600,
      nonce: standIn.nonce,
    };
    return { ...claims, at_hash: hash, acr: 'Single_Factor', ...standIn.claims };
  }

  async function idToken(): Promise<string> {
    const claims = JSON.parse(JSON.stringify(idTokenClaims()));
    return new SignJWT(claims)
      .setProtectedHeader(standIn.header as { alg: string })
      .sign(standIn.signingKey.privateKey);
  }

  const answers: Record<string, () => Promise<Answer> | Answer> = {
    '.well-known/openid-configuration': () => ({ body: standIn.metadata }),
    jwks: () => ({ body: { keys: standIn.keys } }),
    userinfo: () => ({ body: standIn.userinfo }),
    revoke: () => ({ body: '' }),
    token: async () => ({
      body: {
        access_token: standIn.accessToken,
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: standIn.refreshToken,
        scope: 'openid profile email',
        id_token: 'id_token' in standIn.tokenAnswer ? undefined : await idToken(),
        ...standIn.tokenAnswer,
      },
    }),
  };

  async function goodAnswer(endpoint: string): Promise<Answer> {
    return (await answers[endpoint]?.()) ?? { status: 404, body: 'nothing' };
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
    const script = standIn.scripts[endpoint];
    const answer = script ? await script(request, res) : await goodAnswer(endpoint);
    if (answer) send(res, answer);
  }

  server.on('request', handle);
  return standIn;
}

function send(res: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  res.writeHead(status, { 'content-type': type, ...headers });
  res.end(text);
}
