// What is wrong with variables that are right each for itself.

import { isWeak } from './config-rules.ts';

export function problemsTogether(env: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  const names = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'];
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 1 || missing.length === 2) {
    const set = names.filter((name) => env[name]).join(' and ');
    problems.push(
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set, but ${set} is. Set all three for PingOne, or none for the sandbox.`,
    );
  }
  if (env.BASE_URL?.startsWith('https:') && !Number(env.TRUST_PROXY)) {
    problems.push(
      'TRUST_PROXY is 0, but BASE_URL is https. This app speaks no TLS itself: write the number of proxies in front of it.',
    );
  }
  if (missing.length === 3 && (env.PORT ?? '3000') === (env.SANDBOX_PORT ?? '3001')) {
    problems.push('SANDBOX_PORT is the same as PORT. Write another number.');
  }
  return problems;
}

/** What may pass on a developer's machine and nowhere else. */
export function productionProblems(env: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  const say = (condition: boolean, problem: string) =>
    condition && problems.push(`${problem} (NODE_ENV is production)`);
  say(
    !env.PINGONE_ISSUER && !env.PINGONE_CLIENT_ID && !env.PINGONE_CLIENT_SECRET,
    'PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET are not set. The sandbox is not for production: set all three.',
  );
  say(
    env.PINGONE_ISSUER?.startsWith('http:') === true,
    'PINGONE_ISSUER is an http address. Write an https one.',
  );
  say(
    !env.BASE_URL?.startsWith('https:'),
    `BASE_URL is ${env.BASE_URL ? 'not an https address' : 'not set'}. Write the https address that browsers open.`,
  );
  say(!env.SESSION_SECRET, 'SESSION_SECRET is not set. Write one that stays the same over restarts.');
  say(
    env.SESSION_SECRET?.split(',').some(isWeak) === true,
    'SESSION_SECRET is easily guessed. Make it of random characters.',
  );
  say(
    env.PINGONE_CLIENT_SECRET !== undefined && isWeak(env.PINGONE_CLIENT_SECRET),
    'PINGONE_CLIENT_SECRET is easily guessed. Generate a new one at Applications > Applications > your application > Configuration.',
  );
  say(
    env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
    'NODE_TLS_REJECT_UNAUTHORIZED is 0, so nobody’s certificate is checked. Unset it; for a private authority set NODE_EXTRA_CA_CERTS.',
  );
  say(
    env.SESSION_STORE !== 'memory',
    'SESSION_STORE is not set. Sessions live in this process alone and end with it: write memory if that is meant.',
  );
  return problems;
}
