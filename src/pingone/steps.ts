// A second entry, only for a doctor, which runs single steps. Apps use index.ts.

export { type Attempt, createAttempt } from './attempt.ts';
export { buildAuthorizationUrl, createPendingSignIn } from './authorization-request.ts';
export { type ProviderMetadata, providerMetadata, requestMetadata } from './discovery.ts';
export { createHttp, type Http } from './http.ts';
export { requestJwkSet } from './jwk-set.ts';
export { cleanText } from './text.ts';
export { requestTokens } from './token-request.ts';
