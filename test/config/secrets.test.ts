// Which secrets are refused, and that no message ever shows a secret.

import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { numbersFrom, seed } from '../helpers/random.ts';
import { PINGONE, PRODUCTION, problemsOf, randomSecret } from './helpers.ts';

const MAKE_ONE = 'To make one, run: node -p "crypto.randomBytes(32).toString(\'base64url\')"';
const TOO_SHORT = `Use at least 32 characters for each secret. ${MAKE_ONE}`;
const SPACE = 'Remove the white space around the secret.';
const OWN = `Use a secret of your own. ${MAKE_ONE}`;

test.each([
  ['of 31 characters', randomSecret().slice(0, 31), TOO_SHORT],
  ['that is a space', ' ', SPACE],
  ['with white space in front', ` ${randomSecret()}`, SPACE],
  ['with a line end', `${randomSecret()}\n`, SPACE],
  ['with a space after the comma', `${randomSecret()}, ${randomSecret()}`, SPACE],
  ['whose second is short', `${randomSecret()},tooshort`, TOO_SHORT],
  ['with a comma at its end', `${randomSecret()},`, TOO_SHORT],
  ['from an example', 'change-me-change-me-change-me-change-me', OWN],
  ['from another example', 'keyboard cat keyboard cat keyboard cat', OWN],
  ['that is a placeholder', '<put-32-random-characters-in-here>', OWN],
])('a SESSION_SECRET %s is refused', (_what, secret, advice) => {
  expect(problemsOf({ SESSION_SECRET: secret })).toEqual([
    `SESSION_SECRET is not valid (value not shown). ${advice}`,
  ]);
});

test.each([
  ['with white space', `${randomSecret()} `, 'Remove quotes and white space'],
  ['with a line end inside', 'a\nb', 'Remove quotes and white space'],
  ['in quotes', `"${randomSecret()}"`, 'Remove quotes and white space'],
  ['in typographic quotes', `“${randomSecret()}”`, 'Remove quotes and white space'],
  ['with one quote at its end', `${randomSecret()}'`, 'Remove quotes and white space'],
  ['from the documentation', '{{appSecret}}', 'Copy the real value from'],
  ['from an example', 'your-client-secret', 'Copy the real value from'],
])('a PINGONE_CLIENT_SECRET %s is refused', (_what, secret, advice) => {
  const [problem, ...more] = problemsOf({ ...PINGONE, PINGONE_CLIENT_SECRET: secret });
  expect(problem).toContain(`PINGONE_CLIENT_SECRET is not valid (value not shown). ${advice}`);
  expect(more).toEqual([]);
});

const HIDDEN = 'canary-7f3a9c';
test.each([
  ['SESSION_SECRET', HIDDEN],
  ['SESSION_SECRET', `${HIDDEN}change-me-change-me-change-me`],
  ['SESSION_SECRET', ` ${HIDDEN}${randomSecret()}`],
  ['PINGONE_CLIENT_SECRET', ` ${HIDDEN}`],
  ['PINGONE_CLIENT_SECRET', `<${HIDDEN}>`],
  ['PINGONE_ISSUER', `https://ada:${HIDDEN}@login.example.com/as`],
  ['PINGONE_ISSUER', `https://:${HIDDEN}@login.example.com/as`],
  ['PINGONE_ISSUER', `https:ada:${HIDDEN}@login.example.com/as`],
  ['HTTPS_PROXY', `ada:${HIDDEN}@proxy.example:3128`],
  ['PINGONE_ISSUER', `https://ada:${HIDDEN}@login.example.com/as/.well-known/openid-configuration`],
  ['PINGONE_ISSUER', `http://ada:a@${HIDDEN}@login.example.com/as`],
  ['PINGONE_ISSUER', `https://ada:a/${HIDDEN}@login.example.com/as`],
  ['PINGONE_ISSUER', `https://ada:${HIDDEN}.login.example.com/as`],
  ['PINGONE_ISSUER', `https://${HIDDEN}/x@login.example.com/as`],
  ['BASE_URL', `https://ada:${HIDDEN}@app.example.com`],
  ['BASE_URL', `ada:${HIDDEN}`],
  ['REDIS_URL', `redis://ada:${HIDDEN}@127.0.0.1:1/x`],
  ['REDIS_URL', `redis://:${HIDDEN}127.0.0.1:6379`],
  ['REDIS_URL', `redis://${HIDDEN}:6379/x`],
  ['REDIS_URL', `${HIDDEN}@127.0.0.1`],
  ['REDIS_URL', HIDDEN],
  ['HTTPS_PROXY', `http://${HIDDEN}/x`],
  ['BASE_URL', `http://ada:a@${HIDDEN}@localhost:3000`],
])('no message shows the secret in %s', (name, value) => {
  const env = { ...PRODUCTION, LOG_LEVEL: 'loud', [name]: value } as unknown as NodeJS.ProcessEnv;
  expect(problemsOf({ ...env })).toEqual(expect.arrayContaining([expect.stringContaining(`${name} is `)]));
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining(HIDDEN) }),
  );
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ stack: expect.not.stringContaining(HIDDEN) }),
  );
});

test(`no message shows a password in a URL of any form, with or without an @ (SEED=${seed})`, () => {
  const number = numbersFrom(seed);
  const pick = <T>(...choices: T[]): T => choices[number(choices.length)] as T;
  for (let round = 0; round < 3_000; round += 1) {
    const scheme = pick('redis://', 'rediss://', 'redis:', 'http://', 'https://', 'https:', 'ftp://', '');
    const user = pick('ada:', ':', 'ada%:', 'a@b:', 'ada:x/', 'ada:1/', 'ada:1?', '');
    const password = `${pick('', '%', '/', '#', '?', '@', ' ')}${HIDDEN}${pick('', '%', '/', '@', '\u009b')}`;
    const rest = `${pick('@', '')}${pick('127.0.0.1:6379', 'login.example.com/as', 'host:x')}${pick('', '/', '/x')}`;
    const value = scheme + user + password + rest;
    // Without a user name and an @, the issuer and BASE_URL contain no password.
    const hasUser = user.includes(':') && rest.startsWith('@');
    for (const name of hasUser
      ? ['REDIS_URL', 'HTTPS_PROXY', 'PINGONE_ISSUER', 'BASE_URL']
      : ['REDIS_URL', 'HTTPS_PROXY']) {
      expect(problemsOf({ ...PRODUCTION, [name]: value }).join('\n'), `${name}=${value}`).not.toContain(
        HIDDEN,
      );
    }
  }
});

test('a value is shown without characters that a terminal interprets', () => {
  const [problem = ''] = problemsOf({ LOG_LEVEL: 'a\u001b[2J\u009b31m\u202e\u2028b' });
  expect(problem).toMatch(/^LOG_LEVEL is not valid \("a[\x20-\x7e]*b"\)\. /);
});

test('the problem of one variable does not show the secrets in others', () => {
  const env = { ...PRODUCTION, PORT: 'x', TRUST_PROXY: '0', SESSION_STORE: '' };
  const message = problemsOf(env).join('\n');
  expect(message).toContain('PORT is not valid ("x")');
  expect(message).not.toContain(PRODUCTION.SESSION_SECRET);
  expect(message).not.toContain(PRODUCTION.PINGONE_CLIENT_SECRET);
});

test('a long value is cut off', () => {
  const [problem = ''] = problemsOf({ LOG_LEVEL: 'x'.repeat(5000) });
  expect(problem).toBe(
    `LOG_LEVEL is not valid ("${'x'.repeat(200)}"). Use one of fatal, error, warn, info, debug, trace, silent.`,
  );
});

test.each([
  ['one character', 'x'.repeat(40)],
  ['a word', 'passwordpasswordpasswordpassword'],
  ['ten digits', '12345678901234567890123456789012'],
  ['a sentence', 'our own app is safe!our own app is safe!'],
])('a secret that repeats %s is too weak for production', (_what, SESSION_SECRET) => {
  expect(problemsOf({ ...PRODUCTION, SESSION_SECRET })).toEqual([
    'SESSION_SECRET is easy to guess, but NODE_ENV is production. Use random characters.',
  ]);
  expect(problemsOf({ ...PRODUCTION, NODE_ENV: undefined, SESSION_SECRET })).toEqual([]);
});

test('random hex digits are always strong enough for production', () => {
  const refused = Array.from({ length: 500 }, () => randomBytes(16).toString('hex')).filter(
    (SESSION_SECRET) => problemsOf({ ...PRODUCTION, SESSION_SECRET }).length > 0,
  );
  expect(refused).toEqual([]);
});
