// POST /logout: ends the session here, makes its refresh token worthless, then sends the browser to end it at PingOne.

import type { RequestHandler } from 'express';
import type { PingOneClient } from '../pingone/client.ts';
import type { FlowRecords } from './flow-records.ts';
import { pseudonym } from './logging.ts';
import { redirect } from './redirect.ts';
import type { Sessions } from './session.ts';

export function logout(client: PingOneClient, sessions: Sessions, flows: FlowRecords): RequestHandler {
  return async function signOff(req, res) {
    // With the tokens of a refresh that has just ended elsewhere.
    await sessions.reload(req);
    const { signIn } = req.session;
    // First here: PingOne may never send the browser back.
    await sessions.end(req, res);
    // It holds claims, which whoever uses this browser next must not see.
    await flows.forget(req, res);
    if (signIn) req.log.info({ who: pseudonym(signIn.issuer, signIn.subject) }, 'signed out');

    // Nobody's sign-out waits for PingOne longer than it must, nor hangs on it.
    const [signOffUrl] = await Promise.all([
      client.startSignOff(signIn?.tokens.id_token).catch((error: unknown) => {
        req.log.warn({ error }, 'not signed off at PingOne');
        return undefined;
      }),
      signIn?.tokens.refresh_token &&
        client.revokeTokens(signIn.tokens.refresh_token).catch((error: unknown) => {
          req.log.warn({ error }, 'revocation not confirmed');
        }),
    ]);
    redirect(res, 303, signOffUrl ?? '/?signed_out=here');
  };
}
