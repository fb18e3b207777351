// Reads and checks the environment once, at start. Reports all problems together, and never shows a secret.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isLoopback } from '../pingone/index.ts';
import { problemsTogether, productionProblems, warningsOf } from './combinations.ts';
import * as rules from './rules.ts';

export interface Config {
  /** Absent: this app uses the sandbox. */
  pingOne?: { issuer: string; clientId: string; clientSecret: string };
  scope: string;
  /** An origin. The redirect URI is baseUrl + /callback, and the Signoff URL is baseUrl + /. */
  baseUrl: string;
  port: number;
  host: string;
  /** The newest first. Only the newest signs and encrypts; all of them verify and decrypt. */
  sessionSecrets: string[];
  /** The Redis in which several processes share sessions. Absent: sessions exist only in this process. */
  redisUrl?: string;
  /** The number of proxies in front of this app. */
  trustProxy: number;
  /** Requests per minute from one network address, for /login and for /callback each. 0: no limit. */
  loginRateLimit: number;
  /** The names of all cookies start with this. */
  cookieName: string;
  logLevel: string;
  sandboxPort: number;
  /** Whether error pages show the administrator's part to every visitor. */
  errorDetails: boolean;
  /** Whether GET /flow exists. */
  flowPage: boolean;
  /** Settings that are probably wrong, but do not prevent the start. */
  warnings: string[];
}

/** The problems of the environment, one line each. */
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
const onOff = z.enum(['on', 'off'], 'Set it to on or off, or remove the variable.');

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
  SESSION_STORE: z.literal('memory', 'Set it to memory, or remove the variable.').optional(),
  TRUST_PROXY: text(rules.trustProxyProblem).default('0'),
  LOGIN_RATE_LIMIT: text(rules.rateLimitProblem).default('60'),
  COOKIE_NAME: text(rules.cookieNameProblem).default('pingone'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `Use one of ${LOG_LEVELS.join(', ')}.`).default('info'),
  SANDBOX_PORT: text(rules.portProblem).default('3001'),
  ERROR_DETAILS: onOff.optional(),
  FLOW_PAGE: onOff.optional(),
});

/** These may contain a password anywhere: after a typing mistake it can look like a part of the host. */
const NEVER_SHOWN = /SECRET|REDIS/;
const SHOWN_LENGTH = 200;

/** A value, as it may be shown. A URL with a user name is cut to scheme and host, or hidden if these are not certain. */
function shownValue(name: string, value: string): string {
  if (NEVER_SHOWN.test(name)) return rules.HIDDEN;
  if (!/URL|ISSUER/.test(name) || !/[@:]/.test(value)) return quoted(value);
  const url = URL.parse(value);
  if (!url?.host || `${url.pathname}${url.search}${url.hash}`.includes('@')) return rules.HIDDEN;
  return quoted(value.includes('@') ? `${url.protocol}//${url.host}` : value);
}

/** Cut to a short text, without characters that a terminal interprets. */
function quoted(value: string): string {
  const cut = value.slice(0, SHOWN_LENGTH);
  const text = JSON.stringify(cut);
  return `not valid (${text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, encodeURIComponent)})`;
}

/**
 * Whether pages show what only an administrator or a developer needs. If the variable is not set, they do so only on a
 * developer's machine: at a loopback address, and not in production. A missing NODE_ENV alone is not enough.
 */
function isOn(value: 'on' | 'off' | undefined, baseUrl: string, env: NodeJS.ProcessEnv): boolean {
  if (value) return value === 'on';
  return isLoopback(new URL(baseUrl).hostname) && env.NODE_ENV !== 'production';
}

/** @throws ConfigError with all problems of the environment */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // An empty value counts as not set, so that a line of .env can be left blank.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  // It parses once, so compiling the schema would cost more than it saves.
  const parsed = environment.safeParse(given, { jitless: true });
  const issues = (parsed.error?.issues ?? []).map(({ path: [name], message }) => [String(name), message]);
  const refused = issues.map(([name = '']) => name);
  const problems = [
    ...issues.map(([name = '', message]) => `${name} is ${shownValue(name, given[name] ?? '')}. ${message}`),
    ...problemsTogether(given),
    ...(given.NODE_ENV === 'production' ? productionProblems(given, refused) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const { data } = parsed;
  const [issuer, clientId] = [data.PINGONE_ISSUER, data.PINGONE_CLIENT_ID];
  const clientSecret = data.PINGONE_CLIENT_SECRET;
  // As an origin, because browsers omit port 80.
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
