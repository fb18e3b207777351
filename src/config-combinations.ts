// What is wrong with variables that are right each for itself.

import { isWeak } from './config-rules.ts';

type Environment = NodeJS.ProcessEnv;

const PINGONE = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'];
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

export function problemsTogether(env: Environment): string[] {
  const missing = PINGONE.filter((name) => !env[name]);
  const set = PINGONE.filter((name) => env[name]);
  const problems = PROXIES.filter((name) => env[name] && !isProtocol(env[name], 'http:', 'https:')).map(
    (name) =>
      `${name} is set, but not usable. Write the proxy's address, such as http://proxy.example.com:3128.`,
  );
  if (missing.length > 0 && set.length > 0) {
    problems.push(
      `${listed(missing)} not set, but ${listed(set)}. Set all three for PingOne, or none for the sandbox.`,
    );
  }
  if (isProtocol(env.BASE_URL, 'https:') && (env.TRUST_PROXY ?? '0') === '0') {
    problems.push(
      'TRUST_PROXY is 0, but BASE_URL is https. This app speaks no TLS itself: write the number of proxies in front of it.',
    );
  }
  if (env.REDIS_URL && env.SESSION_STORE) {
    problems.push('REDIS_URL is set, and SESSION_STORE is memory. Set one of them.');
  }
  if (env.REDIS_URL && !env.SESSION_SECRET) {
    problems.push(
      'REDIS_URL is set, but SESSION_SECRET is not. Set the same for all processes, or none could read what another wrote.',
    );
  }
  if (set.length === 0 && (env.PORT ?? '3000') === (env.SANDBOX_PORT ?? '3001')) {
    problems.push('SANDBOX_PORT is the same as PORT. Write another number.');
  }
  return problems;
}

/**
 * What may pass on a developer's machine and nowhere else.
 * @param refused variables that are wrong anywhere: that need not be said once more
 */
export function productionProblems(env: Environment, refused: string[]): string[] {
  const rules: [variable: string, wrong: boolean, problem: string][] = [
    [
      'PINGONE_ISSUER',
      PINGONE.every((name) => !env[name]),
      'PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET are not set. The sandbox is not for production: set all three.',
    ],
    [
      'PINGONE_ISSUER',
      isProtocol(env.PINGONE_ISSUER, 'http:'),
      'PINGONE_ISSUER is an http address. Write an https one.',
    ],
    [
      'BASE_URL',
      !isProtocol(env.BASE_URL, 'https:'),
      `BASE_URL is ${env.BASE_URL ? 'not an https address' : 'not set'}. Write the https address that browsers open.`,
    ],
    [
      'SESSION_SECRET',
      !env.SESSION_SECRET,
      'SESSION_SECRET is not set. Write one that stays the same over restarts.',
    ],
    [
      'SESSION_SECRET',
      env.SESSION_SECRET?.split(',').some(isWeak) === true,
      'SESSION_SECRET is easily guessed. Make it of random characters.',
    ],
    [
      'PINGONE_CLIENT_SECRET',
      env.PINGONE_CLIENT_SECRET !== undefined && isWeak(env.PINGONE_CLIENT_SECRET),
      'PINGONE_CLIENT_SECRET is easily guessed. Generate a new one at Applications > Applications > your application > Configuration.',
    ],
    [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so nobody’s certificate is checked. Unset it; for a private authority set NODE_EXTRA_CA_CERTS.',
    ],
    [
      'SESSION_STORE',
      !env.SESSION_STORE && !env.REDIS_URL,
      'SESSION_STORE is not set, nor is REDIS_URL. Sessions would live in this process alone and end with it: set REDIS_URL, or SESSION_STORE to memory if that is meant.',
    ],
  ];
  return rules
    .filter(([variable, wrong]) => wrong && !refused.includes(variable))
    .map(([, , problem]) => `${problem} (NODE_ENV is production)`);
}

/** What is odd, yet no reason to stop. */
export function warningsOf(env: Environment): string[] {
  const port = env.PORT ?? '3000';
  const base = URL.parse(env.BASE_URL ?? '');
  const rules: [odd: boolean, warning: string][] = [
    [
      !env.SESSION_SECRET,
      'SESSION_SECRET is not set, so one was made: a restart signs everybody out and ends sign-ins under way.',
    ],
    [
      env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
      'NODE_TLS_REJECT_UNAUTHORIZED is 0: nobody’s certificate is checked.',
    ],
    [
      base?.protocol === 'http:' && (base.port || '80') !== port,
      `BASE_URL is port ${base?.port || '80'} of this machine, but this app listens on port ${port}.`,
    ],
    [
      !['production', 'development', 'test', undefined].includes(env.NODE_ENV),
      'NODE_ENV is not one of production, development and test: it counts as development.',
    ],
  ];
  return rules.filter(([odd]) => odd).map(([, warning]) => warning);
}

function listed(names: string[]): string {
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;
}

function isProtocol(value: string | undefined, ...protocols: string[]): boolean {
  return protocols.includes(URL.parse(value ?? '')?.protocol ?? '');
}
