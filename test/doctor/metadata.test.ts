// The lines on discovery and on what its document says.

import { describe, expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { examined, linesOf, resultsOf, standInForDoctor } from './helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';

test('a provider that has everything: nothing fails', async () => {
  const { standIn, env } = await standInForDoctor();
  const findings = await examine(env);
  expect(findings.filter(({ result }) => !['passed', 'warning'].includes(result))).toEqual([]);
  expect(linesOf(findings, 'provider')).toEqual([`✓ provider  As configured: ${standIn.issuer}.`]);
  // One request each, and nothing that would sign anybody in.
  expect(standIn.received.map(({ method, path }) => `${method} ${path.split('/as/')[1]}`)).toEqual([
    `GET ${DISCOVERY}`,
    'GET jwks',
    'POST token',
    'GET authorize',
  ]);
});

describe('discovery', () => {
  test('no document at this address; the clock is looked at all the same', async () => {
    const { standIn, env } = await standInForDoctor();
    standIn.scripts[DISCOVERY] = () => ({ status: 404 });
    const findings = await examine(env);
    expect(linesOf(findings, 'discovery')).toEqual([
      `✗ discovery  There is no discovery document at this issuer. ${standIn.issuer}/${DISCOVERY} was answered with status 404.`,
      '             Copy the Issuer from the application’s Overview tab: Applications > Applications > your application.',
    ]);
    expect(resultsOf(findings)).toContain('clock: passed');
    expect(resultsOf(findings)).toContain('credentials: skipped');
    expect(standIn.requestsTo('token')).toEqual([]);
  });

  test('an issuer that differs by one byte', async () => {
    const { standIn, env } = await standInForDoctor();
    standIn.metadata['issuer'] = `${standIn.issuer}/`;
    expect(await examined(env, 'discovery')).toEqual([
      `✗ discovery  The discovery document names another issuer. Configured: "${standIn.issuer}". The document says: "${standIn.issuer}/".`,
      '             Set PINGONE_ISSUER to the issuer of the document, if that is the environment you mean.',
    ]);
  });

  test('an answer that is no document', async () => {
    const { standIn, env } = await standInForDoctor();
    standIn.scripts[DISCOVERY] = () => ({ body: '<p>Sign in to this network' });
    const [line] = await examined(env, 'discovery');
    expect(line).toBe(
      '✗ discovery  PingOne’s answer could not be read. The discovery request was answered with content type text/plain, not application/json.',
    );
  });

  test('an outage, with the Correlation ID; no sign-in is spoken of', async () => {
    const { standIn, env } = await standInForDoctor();
    const id = 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57';
    standIn.scripts[DISCOVERY] = () => ({ status: 500, headers: { 'correlation-id': id } });
    const [line, next] = await examined(env, 'discovery');
    expect(line).toContain(`was answered with status 500. Correlation ID: ${id}.`);
    expect(next).toBe(
      '             Run this again. If it happens again, give Ping’s support the Correlation ID, if there is one above.',
    );
  });
});

test('an endpoint elsewhere is noted, and no failure', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.metadata['userinfo_endpoint'] = 'https://elsewhere.example/userinfo';
  expect(await examined(env, 'endpoints')).toEqual([
    `– endpoints  userinfo_endpoint is on https://elsewhere.example, not on ${standIn.origin}.`,
    '             That is allowed outside PingOne’s own hosts. Make sure that this origin is meant.',
  ]);
});

const MEMBERS = [
  ['client_secret_post', 'token_endpoint_auth_methods_supported', 'Use an issuer of PingOne, or allow'],
  ['S256', 'code_challenge_methods_supported', 'Use an issuer of PingOne, or allow PKCE with S256'],
  ['RS256', 'id_token_signing_alg_values_supported', 'Use an issuer of PingOne, or have the provider sign'],
] as const;

describe.each(MEMBERS)('%s', (value, member, next) => {
  test('not in the list is a failure', async () => {
    const { standIn, env } = await standInForDoctor();
    standIn.metadata[member] = ['another', '\u001b[31mthird'];
    const [line, advice] = await examined(env, value);
    expect(line).toBe(`✗ ${value}  Not announced: ${member} has "another, \\u001b[31mthird".`);
    expect(advice?.trim()).toMatch(new RegExp(`^${next}`));
  });

  test('with no list nobody can tell, and nothing is held back for it', async () => {
    const { standIn, env } = await standInForDoctor();
    standIn.metadata[member] = undefined;
    const findings = await examine(env);
    expect(linesOf(findings, value)).toEqual([
      `– ${value}  Could not tell: the discovery document has no list ${member}.`,
    ]);
    expect(resultsOf(findings)).toContain('credentials: passed');
  });
});

test('where client_secret_post is not offered the secret is not sent; all else is checked', async () => {
  const { standIn, env } = await standInForDoctor();
  standIn.metadata['token_endpoint_auth_methods_supported'] = ['private_key_jwt'];
  const findings = await examine(env);
  expect(standIn.requestsTo('token')).toEqual([]);
  expect(linesOf(findings, 'credentials')).toEqual([
    '– credentials  Not checked, because this failed: client_secret_post.',
  ]);
  expect(resultsOf(findings)).toEqual(
    expect.arrayContaining(['discovery: passed', 'signing keys: passed', 'redirect URI: passed']),
  );
});
