// The environment, read and checked once at start. All problems are reported together, secrets never shown.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { problemsTogether, productionProblems, warningsOf } from './config-combinations.ts';
import * as rules from './config-rules.ts';

export interface Config {
  /** Absent: the sandbox. */
  pingOne?: { issuer: string; clientId: string; clientSecret: string };
  scope: string;
  /** An origin: the redirect URI is this + /callback, the sign-off URL this + /. */
  baseUrl: string;
  port: number;
  host: string;
  /** The newest first: it signs and seals, all of them open. */
  sessionSecrets: string[];
  /** Where sessions are shared by several processes. Absent: in this process. */
  redisUrl?: string;
  /** Proxies in front of this app. */
  trustProxy: number;
  /** Requests a minute and client address, on /login and on /callback; 0 = no limit. */
  loginRateLimit: number;
  logLevel: string;
  sandboxPort: number;
  /** What is odd about this configuration, yet no reason to stop. */
  warnings: string[];
}

/** What is wrong with the environment, a line for each problem. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n- ${problems.join('\n- ')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const text = (problemOf: (value: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: 'custom', message });
  });

const environment = z.object({
  PINGONE_ISSUER: text(rules.issuerProblem).optional(),
  PINGONE_CLIENT_ID: text(rules.clientValueProblem).optional(),
  PINGONE_CLIENT_SECRET: text(rules.clientValueProblem).optional(),
  PINGONE_SCOPE: text(rules.scopeProblem).default('openid profile email'),
  BASE_URL: text(rules.baseUrlProblem).optional(),
  PORT: text(rules.portProblem).default('3000'),
  HOST: z.string().default('localhost'),
  SESSION_SECRET: text(rules.sessionSecretProblem).optional(),
  REDIS_URL: text(rules.redisUrlProblem).optional(),
  SESSION_STORE: z.literal('memory', 'Write memory, or leave it out.').optional(),
  TRUST_PROXY: z
    .string()
    .regex(/^\d$/, 'Write the number of proxies in front of this app, 0 to 9.')
    .default('0'),
  LOGIN_RATE_LIMIT: z
    .string()
    .regex(/^\d{1,6}$/, 'Write a number of requests a minute, or 0 for no limit.')
    .default('60'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'Write one of fatal, error, warn, info, debug, trace, silent.',
    )
    .default('info'),
  SANDBOX_PORT: text(rules.portProblem).default('3001'),
});

const SECRET = /SECRET/;

/** Cut short, and without a user name and password, which an address may hold. */
function shown(value = ''): string {
  return JSON.stringify(value.replace(/^([a-z]+:)?.*@/is, '$1…@').slice(0, 200));
}

/** @throws ConfigError with every problem of the environment */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty value counts as unset, so that a line of .env can be left blank.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => ({
    name: String(path[0]),
    message,
  }));
  const refused = issues.map(({ name }) => name);
  const problems = [
    ...issues.map(({ name, message }) => {
      return `${name} is ${SECRET.test(name) ? 'set, but not usable' : shown(given[name])}. ${message}`;
    }),
    ...problemsTogether(given),
    ...(given.NODE_ENV === 'production' ? productionProblems(given, refused) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const {
    PINGONE_ISSUER: issuer,
    PINGONE_CLIENT_ID: clientId,
    PINGONE_CLIENT_SECRET: clientSecret,
    ...rest
  } = parsed.data;
  return {
    ...(issuer && clientId && clientSecret ? { pingOne: { issuer, clientId, clientSecret } } : {}),
    scope: rest.PINGONE_SCOPE,
    // An origin: browsers leave port 80 out.
    baseUrl: rest.BASE_URL ?? new URL(`http://localhost:${rest.PORT}`).origin,
    port: Number(rest.PORT),
    host: rest.HOST,
    sessionSecrets: rest.SESSION_SECRET?.split(',') ?? [randomBytes(32).toString('base64url')],
    ...(rest.REDIS_URL && { redisUrl: rest.REDIS_URL }),
    trustProxy: Number(rest.TRUST_PROXY),
    loginRateLimit: Number(rest.LOGIN_RATE_LIMIT),
    logLevel: rest.LOG_LEVEL,
    sandboxPort: Number(rest.SANDBOX_PORT),
    warnings: warningsOf(given),
  };
}
