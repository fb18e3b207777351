// Limits that texts name, from where they are kept.

import { SIGN_IN_LIMIT_MS } from '../sign-in/index.ts';

export { KEPT_IN_ONE_BROWSER } from '../sign-in/index.ts';
export const SIGN_IN_MINUTES = SIGN_IN_LIMIT_MS / 60_000;
