import { expect, test } from 'vitest';
import { readCommandLine } from '../../src/sandbox/command-line.ts';
import { StartError } from '../../src/server.ts';

const CALLBACK = ['--redirect-uri', 'http://localhost:8080/auth/callback'];

/** The problems in the message, without the line after them that names the usage text. */
function problemsOf(args: string[], nodeEnv?: string): string[] {
  try {
    readCommandLine(args, nodeEnv);
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const [problems = '', usage] = String((error as Error).message).split('\n\n');
    expect(usage).toBe('For all options: npm run sandbox -- --help');
    return problems.split('\n');
  }
  return [];
}

test('only the redirect URI is required: by default PKCE is optional, as in PingOne, and the port is 3001 of this machine', () => {
  expect(readCommandLine(CALLBACK)).toEqual({
    redirectUri: ['http://localhost:8080/auth/callback'],
    signOffUrl: [],
    port: 3001,
    host: '127.0.0.1',
    isOtherApp: true,
    pkce: 'optional',
  });
});

test('every option is read, and two of them can be repeated', () => {
  const options = readCommandLine([
    ...[
      ...CALLBACK,
      '--redirect-uri=https://app.example.com/cb?a=b',
      '--sign-off-url',
      'https://app.example.com',
    ],
    ...['--sign-off-url', 'http://127.0.0.1:8080/', '--port', '8081', '--host', '::', '--pkce', 'required'],
    ...['--client-id', 'my-app', '--client-secret=-my.secret_0123~', '--initiate-login-uri'],
    ...['http://localhost:8080/start', '--target-link-uri', 'http://localhost:8080/orders'],
  ]);
  expect(options).toEqual({
    redirectUri: ['http://localhost:8080/auth/callback', 'https://app.example.com/cb?a=b'],
    signOffUrl: ['https://app.example.com', 'http://127.0.0.1:8080/'],
    port: 8081,
    host: '::',
    isOtherApp: true,
    pkce: 'required',
    clientId: 'my-app',
    clientSecret: '-my.secret_0123~',
    initiateLoginUri: 'http://localhost:8080/start',
    targetLinkUri: 'http://localhost:8080/orders',
  });
});

test('the message names all problems together, each with the value found and the value to write', () => {
  const args = ['--redirect-uri', 'http://app.example.com/cb', '--redirect-uri', 'cb', '--port', '70000'];
  expect(problemsOf([...args, '--pkce', 'S256', '--host', 'a b', '--client-id', ''])).toEqual([
    '--redirect-uri "http://app.example.com/cb": Use an https:// URL without a fragment. As in PingOne, http:// is allowed for localhost and 127.0.0.1 only.',
    expect.stringMatching(/^--redirect-uri "cb": Use/),
    '--port "70000": Use a number from 0 to 65535.',
    '--pkce "S256": Use optional or required.',
    '--host "a b": Use an IP address or a host name.',
    expect.stringMatching(/^--client-id "": Use 1 to 200/),
  ]);
});

test.each([
  'http://localhost:8080/cb#fragment',
  'http://localhost.example.com/cb',
  'http://0.0.0.0:8080/cb',
  'javascript:alert(1)',
  'myapp://callback',
  'https://app.example.com/a b',
  '',
])('the redirect URI %j is rejected', (uri) => {
  expect(problemsOf(['--redirect-uri', uri])).toHaveLength(1);
});

test('the message never quotes a client secret, even if it is in the wrong place', () => {
  const secret = 'my-secret"with-a-quote';
  for (const args of [
    ['--client-secret', secret],
    ['--client-secret', 'ok', secret],
  ]) {
    const problems = problemsOf([...CALLBACK, ...args]);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('my-secret');
  }
});

test.each([
  [[], '--redirect-uri is missing.'],
  [['--redirect-url', 'http://localhost:8080/cb'], '--redirect-url is not an option.'],
  [['--redirect-uri'], '--redirect-uri needs a value.'],
  [['--redirect-uri', '--port', '1'], '--redirect-uri needs a value.'],
  // The arguments that npm passes on for npm run sandbox --redirect-uri http://…
  [['http://localhost:8080/cb'], 'Write: npm run sandbox -- --redirect-uri <URI>'],
])('the arguments %j: %s', (args, problem) => {
  expect(problemsOf(args)[0]).toContain(problem);
});

test('with NODE_ENV=production, the sandbox does not listen on a network', () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.20', 'sandbox']) {
    expect(problemsOf([...CALLBACK, '--host', host], 'production')).toEqual([
      '--host: With NODE_ENV=production, the sandbox does not listen on a network.',
    ]);
    expect(problemsOf([...CALLBACK, '--host', host], 'development')).toEqual([]);
  }
  expect(problemsOf([...CALLBACK, '--host', 'localhost'], 'production')).toEqual([]);
});
