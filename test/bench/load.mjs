// Browsers for the bench: whole sign-ins, views of the claims page, and sign-outs.

import { Agent, request } from 'undici';
import { EMAIL } from './settings.mjs';

// One connection for each of at most 100 simultaneous browsers.
const dispatcher = new Agent({
  connections: 100,
  keepAliveTimeout: 30_000,
  headersTimeout: 20_000,
  bodyTimeout: 20_000,
});

/** Sends one request of a browser with these cookies, and updates them. */
export async function send(url, jar, method = 'GET', more = {}) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const sent = { ...(cookie && { cookie }), ...more };
  const { statusCode, headers, body } = await request(url, { method, headers: sent, dispatcher });
  for (const line of [headers['set-cookie'] ?? []].flat()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (value === '' || /expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
  const location = headers.location && new URL(headers.location, url).href;
  return { status: statusCode, location, text: await body.text() };
}

/** Requests /login, the authorize endpoint and /callback. @returns the cookies, and the time of /callback in ms */
async function signInOnly(port) {
  const jar = new Map();
  const login = await send(`http://localhost:${port}/login`, jar);
  const authorize = await send(login.location, new Map());
  const startedAt = performance.now();
  const callback = await send(authorize.location, jar);
  return { jar, callback, callbackMs: performance.now() - startedAt };
}

/** A sign-in that skips the authorize request, because its response is known. @returns the cookies */
export async function fill(port) {
  const jar = new Map();
  const login = await send(`http://localhost:${port}/login`, jar);
  const { searchParams } = new URL(login.location);
  const query = new URLSearchParams({ code: searchParams.get('nonce'), state: searchParams.get('state') });
  const callback = await send(`http://localhost:${port}/callback?${query}`, jar);
  if (callback.status >= 400)
    throw new Error(`The client on port ${port} returned status ${callback.status} for a callback.`);
  return jar;
}

/** A whole sign-in, including the claims page. */
export async function signIn(port) {
  const { jar, callback, callbackMs } = await signInOnly(port);
  const profile = callback.location ? await send(callback.location, jar) : callback;
  if (profile.status !== 200 || !profile.text.includes(EMAIL)) {
    throw new Error(
      `Port ${port} shows no claims: the callback had status ${callback.status}, and the claims page ${profile.status}.`,
    );
  }
  return { jar, callbackMs, pageBytes: profile.text.length };
}

/** Whether a sign-in succeeds. */
export async function canSignIn(port) {
  const { jar } = await signInOnly(port);
  const profile = await send(`http://localhost:${port}/profile`, jar);
  return profile.status === 200 && profile.text.includes(EMAIL);
}

export async function view(port, jar) {
  const { status } = await send(`http://localhost:${port}/profile`, jar);
  if (status !== 200)
    throw new Error(`The client on port ${port} returned status ${status} for the claims page.`);
}

/** Signs out of this app. The browser does not continue to the provider. */
export async function signOut(port, jar) {
  const { status } = await send(`http://localhost:${port}/logout`, jar, 'POST', {
    'sec-fetch-site': 'same-origin',
  });
  if (status !== 200) throw new Error(`The client on port ${port} returned status ${status} for a sign-out.`);
}

export async function statusOf(port, path) {
  return (await send(`http://localhost:${port}${path}`, new Map())).status;
}

export async function firstPage(port) {
  const status = await statusOf(port, '/');
  if (status !== 200)
    throw new Error(`The client on port ${port} returned status ${status} for its first request.`);
}

/** Calls `work` a number of times, with up to `atOnce` calls at the same time. Each call gets its number, from 0. */
export async function repeat(times, atOnce, work) {
  let next = 0;
  const worker = async () => {
    while (next < times) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, times) }, worker));
}
