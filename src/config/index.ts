// Reads and checks the environment once, at start. Reports all problems together, and never shows a secret.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isLoopback } from '../pingone/index.ts';
import { problemsTogether, productionProblems, warningsOf } from './combinations.ts';
import * as rules from './rules.ts';

export interface Config {
  /** Absent: the app uses the sandbox. */
  pingOne?: { issuer: string; clientId: string; clientSecret: string };
  scope: string;
  /** An origin. The redirect URI is this + /callback, the Signoff URL this + /. */
  baseUrl: string;
  port: number;
  host: string;
  /** The newest first: it signs and encrypts, all of them verify and decrypt. */
  sessionSecrets: string[];
  /** Where several processes share sessions. Absent: sessions exist in this process only. */
  redisUrl?: string;
  /** Proxies in front of this app. */
  trustProxy: number;
  /** Requests a minute for each client address, on /login and on /callback. 0: no limit. */
  loginRateLimit: number;
  /** What the names of cookies start with. */
  cookieName: string;
  logLevel: string;
  sandboxPort: number;
  /** Whether error pages show the operator's part to every visitor. */
  errorDetails: boolean;
  /** Whether GET /flow exists. */
  flowPage: boolean;
  /** What is odd about this configuration, but does not prevent the start. */
  warnings: string[];
}

/** What is wrong with the environment: one line for each problem. */
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

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const onOff = z.enum(['on', 'off'], 'Write on or off, or remove the variable.');

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
  SESSION_STORE: z.literal('memory', 'Write memory, or remove the variable.').optional(),
  TRUST_PROXY: text(rules.trustProxyProblem).default('0'),
  LOGIN_RATE_LIMIT: text(rules.rateLimitProblem).default('60'),
  COOKIE_NAME: text(rules.cookieNameProblem).default('pingone'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `Write one of ${LOG_LEVELS.join(', ')}.`).default('info'),
  SANDBOX_PORT: text(rules.portProblem).default('3001'),
  ERROR_DETAILS: onOff.optional(),
  FLOW_PAGE: onOff.optional(),
});

/** These may hold a password anywhere: a mistake can make it look like a part of the host. */
const NEVER_SHOWN = /SECRET|REDIS/;
const HIDDEN = 'set, but not usable';
const SHOWN_LENGTH = 200;

/** What was found in a variable. Of a URL with a user name only scheme and host, and nothing if they are not certain. */
function found(name: string, value: string): string {
  if (NEVER_SHOWN.test(name)) return HIDDEN;
  if (!/URL|ISSUER/.test(name) || !/[@:]/.test(value)) return quoted(value);
  const url = URL.parse(value);
  if (!url?.host || `${url.pathname}${url.search}${url.hash}`.includes('@')) return HIDDEN;
  return quoted(value.includes('@') ? `${url.protocol}//${url.host}` : value);
}

/** Cut, and without characters that a terminal would obey. */
function quoted(value: string): string {
  const cut = value.slice(0, SHOWN_LENGTH);
  return JSON.stringify(cut).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => encodeURIComponent(character));
}

/**
 * Whether the operator's pages are on: as the variable says. Without it, only on a developer's machine, which a missing
 * NODE_ENV alone does not make it.
 */
function isOn(value: 'on' | 'off' | undefined, baseUrl: string, env: NodeJS.ProcessEnv): boolean {
  if (value) return value === 'on';
  return isLoopback(new URL(baseUrl).hostname) && env.NODE_ENV !== 'production';
}

/** @throws ConfigError with every problem of the environment */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty value counts as unset, so that a line of .env can be left blank.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const issues = (parsed.error?.issues ?? []).map(({ path: [name], message }) => [String(name), message]);
  const refused = issues.map(([name = '']) => name);
  const problems = [
    ...issues.map(([name = '', message]) => `${name} is ${found(name, given[name] ?? '')}. ${message}`),
    ...problemsTogether(given),
    ...(given.NODE_ENV === 'production' ? productionProblems(given, refused) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const { data } = parsed;
  const [issuer, clientId] = [data.PINGONE_ISSUER, data.PINGONE_CLIENT_ID];
  const clientSecret = data.PINGONE_CLIENT_SECRET;
  // As an origin, because browsers leave port 80 out.
  const baseUrl = data.BASE_URL ?? new URL(`http://localhost:${data.PORT}`).origin;
  return {
    ...(issuer && clientId && clientSecret ? { pingOne: { issuer, clientId, clientSecret } } : {}),
    scope: data.PINGONE_SCOPE,
    baseUrl,
    port: Number(data.PORT),
    host: data.HOST,
    sessionSecrets: data.SESSION_SECRET?.split(',') ?? [randomBytes(32).toString('base64url')],
    ...(data.REDIS_URL && { redisUrl: data.REDIS_URL }),
    trustProxy: Number(data.TRUST_PROXY),
    loginRateLimit: Number(data.LOGIN_RATE_LIMIT),
    cookieName: data.COOKIE_NAME,
    logLevel: data.LOG_LEVEL,
    sandboxPort: Number(data.SANDBOX_PORT),
    errorDetails: isOn(data.ERROR_DETAILS, baseUrl, given),
    flowPage: isOn(data.FLOW_PAGE, baseUrl, given),
    warnings: warningsOf(given),
  };
}
