// Environments for the tests of the configuration. They contain nothing from the environment of the test process.

import { randomBytes } from 'node:crypto';
import { ConfigError, readConfig } from '../../src/config/index.ts';

export const ENVIRONMENT_ID = '9c5a1c4e-0f6b-4c57-9a33-2f6b1d0e7a10';

/** A long random secret, like a client secret from PingOne. */
export const randomSecret = () => randomBytes(32).toString('base64url');

/** The three values from PingOne's console. */
export const PINGONE = {
  PINGONE_ISSUER: `https://auth.pingone.eu/${ENVIRONMENT_ID}/as`,
  PINGONE_CLIENT_ID: '5d0cc0c5-66a3-4f0d-9ad0-9f4e6c7c1a11',
  PINGONE_CLIENT_SECRET: randomSecret(),
};

/** A valid configuration for production. */
export const PRODUCTION = {
  ...PINGONE,
  NODE_ENV: 'production',
  BASE_URL: 'https://app.example.com',
  TRUST_PROXY: '1',
  SESSION_SECRET: randomSecret(),
  SESSION_STORE: 'memory',
};

/** The problems of an environment; none if it is accepted. */
export function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env as NodeJS.ProcessEnv);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}
