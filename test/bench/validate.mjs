// Before the bench measures anything: each client signs in and shows the claims, asks the provider for what it must, and
// refuses the forgeries that clients.mjs does not say it accepts.

import { request } from 'undici';
import { startClient } from './clients.mjs';
import { isLetIn, repeat, signIn, statusOf } from './load.mjs';
import { ask, stop } from './processes.mjs';
import { FORGERIES, PROVIDER } from './settings.mjs';

const SIGN_INS = 10;

/** @returns the page's length, requests to the provider by endpoint for each sign-in, whether it uses PKCE and has /flow */
export async function validate(client, provider) {
  const { port, process: child } = await startClient(client);
  // The first one may fetch metadata and keys.
  const { pageBytes } = await signIn(port);
  await counts();
  await repeat(SIGN_INS, 1, () => signIn(port));
  const { authorize: _, PKCE = 0, ...sent } = await counts();
  const requests = Object.fromEntries(
    Object.entries(sent).map(([endpoint, count]) => [endpoint, count / SIGN_INS]),
  );
  if (!(requests.token >= 1 && requests.userinfo >= 1)) {
    throw new Error(`${client.name} does not ask for both tokens and userinfo.`);
  }
  const accepted = await forgeriesAccepted(port, provider);
  if (accepted.join() !== client.accepts.join()) {
    throw new Error(
      `${client.name} accepts [${accepted}] of the forgeries, not [${client.accepts}] as clients.mjs says.`,
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
    if (await isLetIn(port)) accepted.push(forgery);
    await ask(provider, 'forge nothing');
    // A refusal must not stop the next sign-in.
    await signIn(port);
  }
  return accepted;
}

async function counts() {
  return (await request(`${PROVIDER}/counts`)).body.json();
}
