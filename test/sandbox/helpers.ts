/** What the sandbox's tests share: a started sandbox, a browser with cookies, and the steps of a sign-in. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { USERS } from '../../src/sandbox/users.ts';

export const REDIRECT_URI = 'http://localhost:3000/callback';
export const SIGN_OFF_URL = 'http://localhost:3000/';
export const [AMARA, ZOE, DECLINER, INGRID] = USERS.map(({ sub }) => sub) as [string, string, string, string];
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** How every error_description ends, the id captured. */
export const CORRELATION_ID = / \(Correlation ID: ([0-9a-f-]{36})\)$/;

/** A sandbox that ends with the file: tests share it, each with browsers of its own. */
export async function sandboxForFile(): Promise<Sandbox> {
  const sandbox = await onFreePort();
  afterAll(() => sandbox.close());
  return sandbox;
}

/** A sandbox that ends with the test. */
export async function sandboxForTest(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await onFreePort(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

function onFreePort(options: Partial<SandboxOptions> = {}) {
  return startSandbox({ port: 0, redirectUri: REDIRECT_URI, signOffUrl: SIGN_OFF_URL, ...options });
}

/** What a request of an app leaves out that uses neither PKCE nor `state` and `nonce`. */
export const WITHOUT_PKCE = { code_challenge: undefined, code_challenge_method: undefined };
export const WITHOUT_ALL = { ...WITHOUT_PKCE, state: undefined, nonce: undefined };

/** What an app knows of its provider. */
export type Provider = Pick<Sandbox, 'issuer' | 'clientId' | 'clientSecret'>;

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** Follows no redirect by itself; keeps cookies by name and path, as a browser does. */
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

/** What an application makes for one sign-in. */
export interface Start {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** An authorization request; `changes` replace parameters, and undefined leaves one out. */
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

/** Goes from the authorization request over the sign-on page to the redirect URI; returns its parameters. */
export async function signOn(browser: Browser, { url }: Start, user: string): Promise<URLSearchParams> {
  const atSignOn = locationOf(await browser.request(url));
  const back = locationOf(await browser.post(atSignOn, { person: user }));
  return parametersOf(await browser.request(back));
}

export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect but ${response.status}`);
  return location;
}

/** The parameters an response sends to the redirect URI. */
export function parametersOf(response: Response): URLSearchParams {
  const location = locationOf(response);
  if (!location.startsWith(`${REDIRECT_URI}?`)) throw new Error(`not to the redirect URI: ${location}`);
  return new URL(location).searchParams;
}

/** The form of the token request for a code; `changes` replace fields, and undefined leaves one out. */
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

/** Posts a form to one of the endpoints below the issuer, as an application's server does: without cookies. */
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

/** A whole sign-in, with its tokens. */
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
