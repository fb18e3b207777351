// Before anything is measured: each client signs in and shows the claims, and does the work that the table says.

import { request } from 'undici';
import { isLetIn, repeat, signIn } from './load.mjs';
import { ask } from './processes.mjs';
import { PROVIDER } from './settings.mjs';

const SIGN_INS = 10;

/** @returns the page's length, requests to the provider a sign-in by endpoint, whether a forged ID token is refused */
export async function validate(client, provider) {
  // The first one may fetch metadata and keys.
  const { pageBytes } = await signIn(client.port);
  await counts();
  await repeat(SIGN_INS, 1, () => signIn(client.port));
  const { authorize: _, ...sent } = await counts();
  const requests = Object.fromEntries(
    Object.entries(sent).map(([endpoint, count]) => [endpoint, count / SIGN_INS]),
  );
  if (!(requests.token >= 1 && requests.userinfo >= 1)) {
    throw new Error(`${client.name} does not ask for both tokens and userinfo.`);
  }
  const refusesForged = await refuses(client, provider);
  if (refusesForged !== client.checksSignature) {
    throw new Error(
      `${client.name} ${refusesForged ? 'refuses' : 'accepts'} a token that another key signed.`,
    );
  }
  return { pageBytes, requests, refusesForged };
}

/** The provider signs with a key that it does not publish, under the key id of one that it does. */
async function refuses(client, provider) {
  await ask(provider, 'sign with another key');
  const letIn = await isLetIn(client.port);
  await ask(provider, 'sign with the published key');
  // What it may have learnt from the failure must not stop the next one.
  await signIn(client.port);
  return !letIn;
}

async function counts() {
  return (await request(`${PROVIDER}/counts`)).body.json();
}
