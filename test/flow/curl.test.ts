// The curl commands of the flow page, run by a real shell in which curl only prints its arguments.

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommand, curlCommandWithBasic } from '../../src/flow/curl.ts';
import type { ExchangeEvent } from '../../src/flow/record.ts';

const SECRET = 's$HOME `id` \'quoted\' "and" \\ more';

/** The arguments that curl gets. */
function argumentsOf(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const env = { PATH: process.env['PATH'], PINGONE_CLIENT_SECRET: SECRET };
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).split('\0').slice(0, -1);
}

const exchange = (changes: Partial<ExchangeEvent> = {}): ExchangeEvent => ({
  type: 'exchange',
  step: 'token_request',
  method: 'POST',
  url: 'https://auth.pingone.eu/id/as/token',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  parameters: [
    ['grant_type', 'authorization_code'],
    ['code', '[secret, 43 characters]'],
    ['client_id', 'an-id'],
    ['client_secret', '[secret, 64 characters]'],
  ],
  ...changes,
});

test('the command for the token request sends the form, with the client secret from the environment variable', () => {
  expect(argumentsOf(curlCommand(exchange()))).toEqual([
    ...['--globoff', 'https://auth.pingone.eu/id/as/token'],
    ...['--header', 'content-type: application/x-www-form-urlencoded'],
    ...['--data-urlencode', 'grant_type=authorization_code'],
    ...['--data-urlencode', 'code=[secret, 43 characters]'],
    ...['--data-urlencode', 'client_id=an-id'],
    ...['--data-urlencode', `client_secret=${SECRET}`],
  ]);
});

test('with client_secret_basic neither client_id nor client_secret is in the form', () => {
  expect(argumentsOf(curlCommandWithBasic(exchange()))).toEqual([
    ...['--globoff', 'https://auth.pingone.eu/id/as/token'],
    ...['--user', `an-id:${SECRET}`],
    ...['--header', 'content-type: application/x-www-form-urlencoded'],
    ...['--data-urlencode', 'grant_type=authorization_code'],
    ...['--data-urlencode', 'code=[secret, 43 characters]'],
  ]);
});

test('the parameters of a GET are in its query', () => {
  const parameters: [string, string][] = [['scope', 'openid email']];
  const command = curlCommand(exchange({ method: 'GET', headers: {}, parameters }));
  const url = 'https://auth.pingone.eu/id/as/token';
  expect(argumentsOf(command)).toEqual(['--globoff', '--get', url, '--data-urlencode', 'scope=openid email']);
  expect(argumentsOf(curlCommand(exchange({ method: 'GET', headers: {}, parameters: [] })))).toEqual([
    '--globoff',
    url,
  ]);
});

test('no value from outside can end the quotation of an argument', () => {
  const value = `'; touch /nowhere/$(id) "\`$PINGONE_CLIENT_SECRET\`" '\\''`;
  const command = curlCommand(
    exchange({ method: 'GET', url: `https://a.example/${value}`, parameters: [['error', value]] }),
  );
  expect(argumentsOf(command)).toContain(`error=${value}`);
  expect(argumentsOf(command)).toContain(`https://a.example/${value}`);
});

test('both commands keep the query that an endpoint already has', () => {
  const url = 'https://a.example/token?tenant=a';
  expect(argumentsOf(curlCommand(exchange({ url })))).toContain(url);
  expect(argumentsOf(curlCommandWithBasic(exchange({ url })))).toContain(url);
});
