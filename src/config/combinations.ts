// Problems and warnings about several variables together, and about variables that are valid but not suitable.

import { HIDDEN, hasQuoteOrSpace, isWeak, proxyProblem } from './rules.ts';

type Environment = NodeJS.ProcessEnv;

const PINGONE = ['PINGONE_ISSUER', 'PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET'];
const NODE_ENVS = ['production', 'development', 'test', undefined];
const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

export function problemsTogether(env: Environment): string[] {
  const missing = PINGONE.filter((name) => !env[name]);
  const set = PINGONE.filter((name) => env[name]);
  return [
    ...proxyProblems(env),
    ...textsThatApply({
      [`${listed(missing)} not set, but ${listed(set)}. Set all three for PingOne, or none for the sandbox.`]:
        missing.length > 0 && set.length > 0,
      'TRUST_PROXY is 0, but BASE_URL is an https URL. Set TRUST_PROXY to the number of proxies in front of this app, because this app does not handle TLS itself.':
        isProtocol(env.BASE_URL, 'https:') && (env.TRUST_PROXY ?? '0') === '0',
      'PINGONE_CLIENT_SECRET is the same as PINGONE_CLIENT_ID. Copy the Client Secret from the console of PingOne.':
        env.PINGONE_CLIENT_ID && env.PINGONE_CLIENT_ID === env.PINGONE_CLIENT_SECRET,
      'REDIS_URL and SESSION_STORE are both set. Set only one of them.': env.REDIS_URL && env.SESSION_STORE,
      'REDIS_URL is set, but SESSION_SECRET is not. Set the same secret for all processes, because each process must decrypt what the others encrypt.':
        env.REDIS_URL && !env.SESSION_SECRET,
      'SANDBOX_PORT is the same as PORT. Set it to another port.':
        set.length === 0 && (env.PORT ?? '3000') === (env.SANDBOX_PORT ?? '3001'),
    }),
  ];
}

/** The texts whose condition is true, in the given order. */
function textsThatApply(conditions: Record<string, unknown>): string[] {
  return Object.keys(conditions).filter((text) => conditions[text]);
}

/** The values may contain a password, so they are not shown. */
function proxyProblems(env: Environment): string[] {
  return PROXIES.flatMap((name) => {
    const problem = env[name] && proxyProblem(env[name]);
    return problem ? [`${name} is ${HIDDEN}. ${problem}`] : [];
  });
}

/**
 * Settings that are fine on a developer's machine, but not in production.
 * @param refused variables that their own rule rejected: they need no second problem
 */
export function productionProblems(env: Environment, refused: string[]): string[] {
  const problems = textsThatApply({
    'PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET are not set. Set all three, because the sandbox is not for production.':
      PINGONE.every((name) => !env[name]),
    'PINGONE_ISSUER is an http URL. Use an https URL.': isProtocol(env.PINGONE_ISSUER, 'http:'),
    [`BASE_URL is ${env.BASE_URL ? 'not an https URL' : 'not set'}. Use the https URL that browsers open.`]:
      !isProtocol(env.BASE_URL, 'https:'),
    'SESSION_SECRET is not set. Set a secret that stays the same after a restart.': !env.SESSION_SECRET,
    'SESSION_SECRET is easy to guess. Use random characters.':
      env.SESSION_SECRET?.split(',').some(isWeak) === true,
    'PINGONE_CLIENT_SECRET is easy to guess. Generate a new secret under Applications > Applications > your application > Configuration.':
      env.PINGONE_CLIENT_SECRET !== undefined && isWeak(env.PINGONE_CLIENT_SECRET),
    'NODE_TLS_REJECT_UNAUTHORIZED is 0. Remove the variable, because this app would check no certificate. For a private certificate authority, set NODE_EXTRA_CA_CERTS.':
      env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
    'Neither SESSION_STORE nor REDIS_URL is set. Set REDIS_URL, or set SESSION_STORE to memory to accept that sessions exist only in this process and end when it stops.':
      !env.SESSION_STORE && !env.REDIS_URL,
  });
  // The first word of a problem is the variable that it is about.
  return problems
    .filter((problem) => !refused.includes(/^\w+/.exec(problem)?.[0] ?? ''))
    .map((problem) => problem.replace('. ', ', but NODE_ENV is production. '));
}

/** Settings that are probably wrong, but do not prevent the start. */
export function warningsOf(env: Environment): string[] {
  const port = env.PORT ?? '3000';
  const base = URL.parse(env.BASE_URL ?? '');
  return textsThatApply({
    'SESSION_SECRET is not set, so this app makes a new one at each start. A restart signs all users out and ends pending sign-ins.':
      !env.SESSION_SECRET,
    'PINGONE_CLIENT_ID contains quotes or white space. The values that PingOne issues contain neither.':
      hasQuoteOrSpace(env.PINGONE_CLIENT_ID),
    'PINGONE_CLIENT_SECRET contains quotes or white space. The values that PingOne issues contain neither.':
      hasQuoteOrSpace(env.PINGONE_CLIENT_SECRET),
    'NODE_TLS_REJECT_UNAUTHORIZED is 0, so this app checks no certificate.':
      env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
    [`BASE_URL names port ${base?.port || '80'} of this machine, but this app listens on port ${port}.`]:
      base?.protocol === 'http:' && (base.port || '80') !== port,
    'NODE_ENV is not production, development, or test. This app treats it as development.':
      !NODE_ENVS.includes(env.NODE_ENV),
  });
}

function listed(names: string[]): string {
  return `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'}`;
}

function isProtocol(value: string | undefined, ...protocols: string[]): boolean {
  return protocols.includes(URL.parse(value ?? '')?.protocol ?? '');
}
