// The environment of a config test is whole: nothing of the process's own comes in.

import { randomBytes } from 'node:crypto';
import { ConfigError, readConfig } from '../../src/config/index.ts';

export const ENVIRONMENT_ID = '9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10';

/** As PingOne makes a client secret: long and random. */
export const randomSecret = () => randomBytes(32).toString('base64url');

/** The three values of PingOne's console. */
export const PINGONE = {
  PINGONE_ISSUER: `https://auth.pingone.eu/${ENVIRONMENT_ID}/as`,
  PINGONE_CLIENT_ID: '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11',
  PINGONE_CLIENT_SECRET: randomSecret(),
};

/** What is enough in production. */
export const PRODUCTION = {
  ...PINGONE,
  NODE_ENV: 'production',
  BASE_URL: 'https://app.example.com',
  TRUST_PROXY: '1',
  SESSION_SECRET: randomSecret(),
  SESSION_STORE: 'memory',
};

/** The lines that an environment is refused with; none if it is accepted. */
export function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env as NodeJS.ProcessEnv);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}
