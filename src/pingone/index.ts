// The entry of this folder: sign-in with PingOne by the authorization code flow, without Express and without
// texts for users.

export { createAfterSignIn } from './after-sign-in/index.ts';
export type { Registration } from './attempt.ts';
export type { PendingSignIn } from './authorization-request.ts';
export { readAuthorizationResponse } from './authorization-response.ts';
export { createPingOneClient, type PingOneClient, type SignIn } from './client.ts';
export { SignInError } from './errors.ts';
export { isLoopback } from './http.ts';
export { failedRequirement } from './id-token-rules.ts';
export type { Observer, ObserverEvent } from './observer.ts';
