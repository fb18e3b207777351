// Browsers for the bench: a whole sign-in, views of the profile, and the way out.

import { Agent, request } from 'undici';
import { EMAIL } from './settings.mjs';

// As many connections as there are browsers at once, at most.
const dispatcher = new Agent({
  connections: 100,
  keepAliveTimeout: 30_000,
  headersTimeout: 20_000,
  bodyTimeout: 20_000,
});

/** One request of a browser with these cookies, which it changes. */
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

/** /login, authorize, /callback. @returns the cookies, and how long /callback took in milliseconds */
async function signInOnly(port) {
  const jar = new Map();
  const login = await send(`http://localhost:${port}/login`, jar);
  const authorize = await send(login.location, new Map());
  const startedAt = performance.now();
  const callback = await send(authorize.location, jar);
  return { jar, callback, callbackMs: performance.now() - startedAt };
}

/** A sign-in for its session's sake: what comes back from the provider is known without asking. @returns the cookies */
export async function fill(port) {
  const jar = new Map();
  const login = await send(`http://localhost:${port}/login`, jar);
  const { searchParams } = new URL(login.location);
  const query = new URLSearchParams({ code: searchParams.get('nonce'), state: searchParams.get('state') });
  const callback = await send(`http://localhost:${port}/callback?${query}`, jar);
  if (callback.status >= 400) throw new Error(`Port ${port} answered a callback with ${callback.status}.`);
  return jar;
}

/** A whole sign-in, up to the page with the claims. */
export async function signIn(port) {
  const { jar, callback, callbackMs } = await signInOnly(port);
  const profile = callback.location ? await send(callback.location, jar) : callback;
  if (profile.status !== 200 || !profile.text.includes(EMAIL)) {
    throw new Error(`Port ${port} shows no claims: callback ${callback.status}, profile ${profile.status}.`);
  }
  return { jar, callbackMs, pageBytes: profile.text.length };
}

/** Whether somebody is signed in at the end of it. */
export async function isLetIn(port) {
  const { jar } = await signInOnly(port);
  const profile = await send(`http://localhost:${port}/profile`, jar);
  return profile.status === 200 && profile.text.includes(EMAIL);
}

export async function view(port, jar) {
  const { status } = await send(`http://localhost:${port}/profile`, jar);
  if (status !== 200) throw new Error(`Port ${port} answered ${status}.`);
}

/** This app's way out. The browser does not go on to the provider. */
export async function signOut(port, jar) {
  const { status } = await send(`http://localhost:${port}/logout`, jar, 'POST', {
    'sec-fetch-site': 'same-origin',
  });
  if (status !== 200) throw new Error(`Port ${port} answered a sign-out with ${status}.`);
}

export async function statusOf(port, path) {
  return (await send(`http://localhost:${port}${path}`, new Map())).status;
}

export async function firstPage(port) {
  const status = await statusOf(port, '/');
  if (status !== 200) throw new Error(`Port ${port} answered its first request with ${status}.`);
}

/** Does `work` so many times, so many at a time; it is given the number of each. */
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
