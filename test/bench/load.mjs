// Browsers for the bench: a whole sign-in, and views of the profile.

import { Agent, request } from 'undici';
import { EMAIL } from './settings.mjs';

const dispatcher = new Agent({ connections: 20, keepAliveTimeout: 30_000 });

async function get(url, jar) {
  const headers =
    jar.size > 0 ? { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } : {};
  const { statusCode, headers: answer, body } = await request(url, { headers, dispatcher });
  for (const line of [answer['set-cookie'] ?? []].flat()) {
    const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
    if (value === '' || /expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
  const location = answer.location && new URL(answer.location, url).href;
  return { status: statusCode, location, text: await body.text() };
}

/** /login, authorize, /callback, /profile. @returns the cookies, and how long /callback took in milliseconds */
export async function signIn(port) {
  const base = `http://localhost:${port}`;
  const jar = new Map();
  const login = await get(`${base}/login`, jar);
  const authorize = await get(login.location, new Map());
  const startedAt = performance.now();
  const callback = await get(authorize.location, jar);
  const callbackMs = performance.now() - startedAt;
  const profile = await get(callback.location ?? `${base}/no-redirect-from-callback-${callback.status}`, jar);
  if (profile.status !== 200 || !profile.text.includes(EMAIL)) {
    throw new Error(`Port ${port} shows no claims: callback ${callback.status}, profile ${profile.status}`);
  }
  return { jar, callbackMs };
}

export async function view(port, jar) {
  const { status } = await get(`http://localhost:${port}/profile`, jar);
  if (status !== 200) throw new Error(`Port ${port} answered ${status}.`);
}

export async function firstPage(port) {
  await get(`http://localhost:${port}/`, new Map());
}

/** Does `work` so many times, so many at a time. */
export async function repeat(times, atOnce, work) {
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, times) }, worker));
}
