/** Helpers of the sandbox's tests: a running sandbox, a browser with cookies, and the steps of a sign-in. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { USERS } from '../../src/sandbox/users.ts';

export const REDIRECT_URI = 'http://localhost:3000/callback';
export const SIGN_OFF_URL = 'http://localhost:3000/';
export const [AMARA, ZOE, DECLINER, INGRID] = USERS.map(({ sub }) => sub) as [string, string, string, string];
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The end of every error_description. The group is the Correlation ID. */
export const CORRELATION_ID = / \(Correlation ID: ([0-9a-f-]{36})\)$/;

/** Starts a sandbox for all tests of a file. Each test has its own browsers. */
export async function sandboxForFile(): Promise<Sandbox> {
  const sandbox = await onFreePort();
  afterAll(() => sandbox.close());
  return sandbox;
}

/** Starts a sandbox for one test. */
export async function sandboxForTest(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await onFreePort(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function onFreePort(options: Partial<SandboxOptions> = {}) {
  return startSandbox({ port: 0, redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL, ...options });
}

/** Removes the parameters of PKCE, and also `state` and `nonce`, from an authorization request. */
export const WITHOUT_PKCE = { code_challenge: undefined, code_challenge_method: undefined };
export const WITHOUT_ALL = { ...WITHOUT_PKCE, state: undefined, nonce: undefined };

/** The configuration of an app. */
export type Provider = Pick<Sandbox, 'issuer' | 'clientId' | 'clientSecret'>;

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** Keeps cookies by name and path, as a browser does, but follows no redirect. */
export class Browser {
  readonly cookies = new Map<string, Cookie>();

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const { pathname } = new URL(url);
    const sent = [...this.cookies].filter(([, { path }]) => pathname.startsWith(path));
    headers.set('cookie', sent.map(([key, { value }]) => `${key.split(';')[0]}=${value}`).join('; '));
    if (!headers.has('accept')) headers.set('accept', 'text/html');
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  post(url: string, form: Record<string, string>) {
    return this.request(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  #keep(line: string) {
    const [, name, value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const path = /path=([^;]*)/i.exec(line)?.[1] ?? '/';
    if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(`${name};${path}`);
    else this.cookies.set(`${name};${path}`, { value, path });
  }
}

/** The authorization request of a sign-in, and the random values that an app keeps for it. */
export interface Start {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** Makes an authorization request. `changes` replaces parameters; undefined removes one. */
export function start(sandbox: Provider, changes: Record<string, string | undefined> = {}): Start {
  const [verifier, state, nonce] = [random(), random(), random()];
  const parameters = {
    ...{ client_id: sandbox.clientId, response_type: 'code', redirect_uri: REDIRECT_URI },
    ...{ scope: 'openid profile email', state, nonce, code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...changes,
  };
  const url = new URL(`${sandbox.issuer}/authorize`);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return { url: url.href, verifier, state, nonce };
}

/** Sends the authorization request, signs on, and returns the parameters of the redirect URI. */
export async function signOn(browser: Browser, { url }: Start, user: string): Promise<URLSearchParams> {
  const atSignOn = locationOf(await browser.request(url));
  const back = locationOf(await browser.post(atSignOn, { user: user }));
  return parametersOf(await browser.request(back));
}

export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${response.status}`);
  return location;
}

/** The parameters that a response sends to the redirect URI. */
export function parametersOf(response: Response): URLSearchParams {
  const location = locationOf(response);
  if (!location.startsWith(`${REDIRECT_URI}?`)) throw new Error(`not to the redirect URI: ${location}`);
  return new URL(location).searchParams;
}

/** The form of the token request for a code. `changes` replaces parameters; undefined removes one. */
export function codeForm(
  { clientId, clientSecret }: Provider,
  { verifier }: Start,
  code: string,
  changes: Record<string, string | undefined> = {},
): Record<string, string> {
  const form = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: verifier },
    ...{ client_id: clientId, client_secret: clientSecret },
    ...changes,
  };
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(sent);
}

/** Posts a form to an endpoint under the issuer. As a server does, it sends no cookies. */
export function postTo(
  sandbox: Provider,
  endpoint: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  return fetch(`${sandbox.issuer}${endpoint}`, { method: 'POST', body: new URLSearchParams(form), headers });
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly id_token: string;
}

/** Makes a complete sign-in and returns its tokens. */
export async function signIn(
  sandbox: Provider,
  { user = AMARA, browser = new Browser(), scope }: { user?: string; browser?: Browser; scope?: string } = {},
) {
  const started = start(sandbox, scope === undefined ? {} : { scope });
  const code = (await signOn(browser, started, user)).get('code') ?? '';
  const response = await postTo(sandbox, '/token', codeForm(sandbox, started, code));
  const tokens = (await response.json()) as Tokens;
  return { browser, started, code, response, tokens };
}

/** The form of the token request for a refresh token. */
export function refreshForm({ clientId, clientSecret }: Provider, refresh_token: string) {
  return {
    ...{ grant_type: 'refresh_token', refresh_token, client_id: clientId },
    client_secret: clientSecret,
  };
}

function random() {
  return randomBytes(32).toString('base64url');
}
