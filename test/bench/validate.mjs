// Checks before the measurements: each client signs in, shows the claims, requests tokens and userinfo, and refuses all
// forgeries except those that clients.mjs lists for it.

import { request } from 'undici';
import { startClient } from './clients.mjs';
import { canSignIn, repeat, signIn, statusOf } from './load.mjs';
import { ask, stop } from './processes.mjs';
import { FORGERIES, PROVIDER } from './settings.mjs';

const SIGN_INS = 10;

/** @returns the length of the page, the requests of a sign-in by endpoint, and whether the client uses PKCE and has /flow */
export async function validate(client, provider) {
  const { port, process: child } = await startClient(client);
  // The first sign-in may also fetch metadata and keys.
  const { pageBytes } = await signIn(port);
  await counts();
  await repeat(SIGN_INS, 1, () => signIn(port));
  const { authorize: _, PKCE = 0, ...sent } = await counts();
  const requests = Object.fromEntries(
    Object.entries(sent).map(([endpoint, count]) => [endpoint, count / SIGN_INS]),
  );
  if (!(requests.token >= 1 && requests.userinfo >= 1)) {
    throw new Error(`${client.name} does not request both tokens and userinfo.`);
  }
  const accepted = await forgeriesAccepted(port, provider);
  if (accepted.join() !== client.accepts.join()) {
    throw new Error(
      `${client.name} accepts the forgeries [${accepted}], and clients.mjs lists [${client.accepts}].`,
    );
  }
  const hasRecord = (await statusOf(port, '/flow')) === 200;
  await stop(child);
  return { pageBytes, requests, hasPkce: PKCE === SIGN_INS, hasRecord };
}

async function forgeriesAccepted(port, provider) {
  const accepted = [];
  for (const forgery of FORGERIES) {
    await ask(provider, `forge ${forgery}`);
    if (await canSignIn(port)) accepted.push(forgery);
    await ask(provider, 'forge nothing');
    // After a refusal, the next sign-in must succeed.
    await signIn(port);
  }
  return accepted;
}

async function counts() {
  return (await request(`${PROVIDER}/counts`)).body.json();
}
