// The lines about discovery and about the content of the discovery document.

import { describe, expect, test } from 'vitest';
import { examine } from '../../src/doctor/doctor.ts';
import { exitCodeOf } from '../../src/doctor/report.ts';
import { examined, linesOf, listOf, providerForDoctor, resultsOf } from './helpers.ts';

const DISCOVERY = '.well-known/openid-configuration';

test('with a provider that supports everything, nothing fails and nothing is unclear', async () => {
  const { provider, env } = await providerForDoctor();
  const findings = await examine(env);
  expect(findings.filter(({ result }) => !['passed', 'warning', 'note'].includes(result))).toEqual([]);
  expect(linesOf(findings, 'provider')).toEqual([`✓ provider  As configured: ${provider.issuer}.`]);
  // Two token requests, one of them with a wrong secret, and no request that would sign a user in.
  expect(provider.received.map(({ method, path }) => `${method} ${path.split('/as/')[1]}`)).toEqual([
    `GET ${DISCOVERY}`,
    'GET jwks',
    'POST token',
    'POST token',
    'GET authorize',
  ]);
});

describe('discovery', () => {
  test('a missing document fails; the clock is checked nevertheless', async () => {
    const { provider, env } = await providerForDoctor();
    provider.scripts[DISCOVERY] = () => ({ status: 404 });
    const findings = await examine(env);
    expect(linesOf(findings, 'discovery')).toEqual([
      `✗ discovery  There is no discovery document at this issuer. GET ${provider.issuer}/${DISCOVERY} returned status 404.`,
      ...listOf(
        [
          'The environment ID or the region in PINGONE_ISSUER is wrong.',
          'Not verified: the environment is turned off or deleted.',
        ],
        ' '.repeat(13),
      ),
      '             Next step: Copy the Issuer from Applications > Applications > your application > Overview to PINGONE_ISSUER and restart this app.',
    ]);
    expect(resultsOf(findings)).toContain('clock: passed');
    expect(resultsOf(findings)).toContain('credentials: skipped');
    expect(provider.requestsTo('token')).toEqual([]);
  });

  test('an issuer that differs by one character fails', async () => {
    const { provider, env } = await providerForDoctor();
    provider.metadata['issuer'] = `${provider.issuer}/`;
    expect(await examined(env, 'discovery')).toEqual([
      `✗ discovery  The discovery document names another issuer. Expected “${provider.issuer}”, found “${provider.issuer}/”.`,
      '             Possible causes:',
      expect.stringContaining('1. The environment has a custom domain'),
      expect.stringMatching(/^ {13}2\. .* ends with an extra slash/),
      '             Next step: If the document belongs to your environment, set PINGONE_ISSUER to the issuer in it.',
    ]);
  });

  test('a response that is not a discovery document fails', async () => {
    const { provider, env } = await providerForDoctor();
    provider.scripts[DISCOVERY] = () => ({ body: '<p>Sign in to this network' });
    const [line] = await examined(env, 'discovery');
    expect(line).toMatch(/^✗ discovery {2}The response from PingOne cannot be read\. .*“text\/plain”/);
  });

  test('the causes of a rate limit do not mention the environment', async () => {
    const { provider, env } = await providerForDoctor();
    provider.scripts[DISCOVERY] = () => ({ status: 429, body: { code: 'REQUEST_LIMITED' } });
    const [line, ...rest] = await examined(env, 'discovery');
    expect(line).toContain('✗ discovery  Too many requests to PingOne.');
    expect(rest.join()).toContain('Possible causes:');
    expect(rest.join()).not.toContain('the environment is turned off');
  });

  test('an outage is shown with the Correlation ID; no text mentions a sign-in or a deleted environment', async () => {
    const { provider, env } = await providerForDoctor();
    const id = 'f4697cc0-f083-11ee-9c5a-1c4e0f6b4c57';
    provider.scripts[DISCOVERY] = () => ({ status: 500, headers: { 'correlation-id': id } });
    const [line, ...rest] = await examined(env, 'discovery');
    expect(line).toContain(`returned status 500. Correlation ID: ${id}.`);
    expect(rest.join()).toContain('Possible causes:');
    expect(rest.join()).not.toContain('environment');
    expect(rest.at(-1)).toBe(
      '             Next step: Run the doctor again. If it fails again, send the Correlation ID to Ping Identity support. A response without a Correlation ID may come from the network edge or a proxy.',
    );
  });
});

test('an endpoint on another origin is a warning, not a failure', async () => {
  const { provider, env } = await providerForDoctor();
  provider.metadata['userinfo_endpoint'] = 'https://elsewhere.example/userinfo';
  expect(await examined(env, 'endpoints')).toEqual([
    `! endpoints  Warning: userinfo_endpoint is on https://elsewhere.example, not on ${provider.origin}.`,
    '             Next step: Check that the origin is correct. Other origins are allowed if the issuer is not on PingOne’s own hosts.',
  ]);
});

const FIELDS = [
  [
    'client_secret_post',
    'token_endpoint_auth_methods_supported',
    'Set PINGONE_ISSUER to an issuer of PingOne, or allow client_secret_post',
  ],
  ['S256', 'code_challenge_methods_supported', 'Use an issuer of PingOne, or allow PKCE with S256'],
  ['RS256', 'id_token_signing_alg_values_supported', 'Use an issuer of PingOne, or set the provider to sign'],
] as const;

describe.each(FIELDS)('%s', (value, field, next) => {
  test('missing in the list is a failure', async () => {
    const { provider, env } = await providerForDoctor();
    provider.metadata[field] = ['another', '\u001b[31mthird'];
    const [line, advice] = await examined(env, value);
    expect(line).toBe(`✗ ${value}  Not listed: ${field} contains "another, \\u001b[31mthird".`);
    expect(advice?.trim()).toMatch(new RegExp(`^Next step: ${next}`));
  });

  test('without the list it is a warning, which does not change the exit code', async () => {
    const { provider, env } = await providerForDoctor();
    provider.metadata[field] = undefined;
    const findings = await examine(env);
    expect(linesOf(findings, value)).toEqual([
      `! ${value}  Warning: Not known, because the discovery document has no list ${field}.`,
    ]);
    expect(resultsOf(findings)).toContain('credentials: passed');
    expect(exitCodeOf(findings)).toBe(0);
  });
});

test('if client_secret_post is not offered, the secret is not sent; everything else is checked', async () => {
  const { provider, env } = await providerForDoctor();
  provider.metadata['token_endpoint_auth_methods_supported'] = ['private_key_jwt'];
  const findings = await examine(env);
  expect(provider.requestsTo('token')).toEqual([]);
  expect(linesOf(findings, 'credentials')).toEqual([
    '– skipped  Not checked, because “client_secret_post” failed: credentials.',
  ]);
  expect(resultsOf(findings)).toEqual(
    expect.arrayContaining(['discovery: passed', 'signing keys: passed', 'redirect URI: passed']),
  );
});
