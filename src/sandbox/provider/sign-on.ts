// The sign-on page, `/<environment id>/signon/?flowId=…`, where a user chooses whom to sign on as.

import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { sendPage, sendProblem } from '../pages/page.ts';
import { USERS, usersInOrder } from '../users.ts';
import { NO_LONGER_OPEN } from './authorization-error.ts';
import { policyToRun } from './sign-on-policies.ts';

/** `GET`: shows the name of the sign-on policy, and a button for each sample user. */
export function showSignOn(provider: Provider) {
  return async function signOn(req: Request, res: Response) {
    const flow = await findFlow(provider, req);
    if (flow === undefined) return sendProblem(res, 400, NO_LONGER_OPEN);
    const { scope, login_hint: loginHint, acr_values: acrValues, redirect_uri: redirectUri } = flow.params;
    const { acr: policy } = policyToRun(acrValues);
    const appOrigin = new URL(String(redirectUri)).origin;
    await sendPage(res, 'sign-on', { users: usersInOrder(loginHint), policy, appOrigin, scope });
  };
}

/** `POST` with `user`, the `sub` of a user: signs this user on, or declines for this user, and continues the flow. */
export function submitSignOn(provider: Provider) {
  return async function chooseUser(req: Request, res: Response) {
    const flow = await findFlow(provider, req);
    if (flow === undefined) return sendProblem(res, 400, NO_LONGER_OPEN);
    const user = USERS.find(({ sub }) => sub === req.body?.user);
    if (user === undefined) return res.redirect(req.originalUrl);

    if (!user.declines) await endSessionOfOtherUser(provider, user.sub, req, res);
    const login = { accountId: user.sub, ...policyToRun(flow.params['acr_values']) };
    flow.result = user.declines ? DECLINED : { login };
    // The flow has the id of the session in which it started. If another tab has renewed or ended that session,
    // oidc-provider would stop the flow.
    flow.session = undefined;
    await flow.persist();
    res.redirect(flow.returnTo);
  };
}

/** Assumed: this error code, and its wording. */
const DECLINED = { error: 'access_denied', error_description: 'The sign-on was declined' };

/**
 * Finds the flow by its id only. All tabs share oidc-provider's cookie for this page, so a second tab overwrites the cookie
 * of the first. This is safe: the next step requires the cookie of this flow.
 */
async function findFlow(provider: Provider, req: Request) {
  const { flowId } = req.query;
  if (typeof flowId !== 'string') return undefined;
  return provider.Interaction.find(flowId);
}

/** Without this, oidc-provider would show a page that needs JavaScript if another user is signed on. */
async function endSessionOfOtherUser(provider: Provider, sub: string, req: Request, res: Response) {
  const session = await provider.Session.get(provider.createContext(req, res));
  if (session.accountId !== undefined && session.accountId !== sub) await session.destroy();
}
