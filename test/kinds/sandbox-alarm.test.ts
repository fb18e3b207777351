// No request that a web page can make a browser send to the sandbox raises its alarm. Only the client secret in a form does.

import { request } from 'undici';
import { expect, test } from 'vitest';
import { homePage } from '../sandbox/fault-helpers.ts';
import { sandboxForTest } from '../sandbox/helpers.ts';
import { createRandom, seed } from './helpers.ts';

const ALARM = 'The app followed the redirect of the token endpoint';
const FORM = 'application/x-www-form-urlencoded';

test(`an image, a form or a fetch without the secret raises no alarm (SEED=${seed})`, async () => {
  const random = createRandom();
  const sandbox = await sandboxForTest();
  const { clientSecret: secret } = sandbox;
  const near = () =>
    random.pick([
      '',
      random.text(secret.length),
      secret.slice(0, -1),
      secret.toUpperCase(),
      `${secret} `,
      encodeURIComponent(encodeURIComponent(secret)).replace(/[a-z]/, '%$&'),
    ]);
  for (let round = 0; round < 60; round += 1) {
    const method = random.pick(['GET', 'HEAD', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const);
    const name = random.pick([
      'client_secret',
      'client_secret',
      'CLIENT_SECRET',
      'client_secret[]',
      'secret',
    ]);
    // The secret in a query, in a cookie or in another kind of body is no form either.
    const isForm = method === 'POST' && random.chance(60);
    const type = isForm
      ? FORM
      : random.pick(['text/plain', 'application/json', 'multipart/form-data; boundary=x']);
    const wrong = name === 'client_secret' ? near() : random.pick([near(), secret]);
    const body = isForm
      ? `${name}=${wrong}`
      : random.pick([`${name}=${secret}`, JSON.stringify({ [name]: secret }), '']);
    const query = random.pick(['', `?client_secret=${secret}`, `?${random.text(5)}`]);
    const headers = {
      'content-type': type,
      'sec-fetch-dest': random.pick(['image', 'iframe', 'document', 'empty']),
      origin: random.pick(['null', 'https://evil.example', new URL(sandbox.issuer).origin]),
      cookie: `client_secret=${secret}`,
    };
    const url = new URL(`/never-called${query}`, sandbox.issuer);
    const { statusCode, body: response } = await request(url, { method, headers, body });
    await response.dump();
    expect([method, type, body, statusCode < 500]).toEqual([method, type, body, true]);
    expect([method, type, body, (await homePage(sandbox)).includes(ALARM)]).toEqual([
      method,
      type,
      body,
      false,
    ]);
  }
  const headers = { 'content-type': FORM };
  const form = new URLSearchParams({ client_secret: secret }).toString();
  await (
    await request(new URL('/never-called', sandbox.issuer), { method: 'POST', headers, body: form })
  ).body.dump();
  expect(await homePage(sandbox)).toContain(ALARM);
});
