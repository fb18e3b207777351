/** The sign-on page, `/<environment id>/signon/?flowId=…`: the one page where a user decides something. */
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { sendPage, sendProblem } from '../pages/page.ts';
import { USERS, usersInOrder } from '../users.ts';
import { NO_LONGER_OPEN } from './authorization-error.ts';
import { policyToRun } from './sign-on-policies.ts';

/** `GET`: shows the sample users, a button each, and which sign-on policy runs. */
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

/** `POST` with `person`, the `sub` of a user: signs that user on, or declines for that user, and goes back to authorize. */
export function chooseOnSignOn(provider: Provider) {
  return async function chooseUser(req: Request, res: Response) {
    const flow = await findFlow(provider, req);
    if (flow === undefined) return sendProblem(res, 400, NO_LONGER_OPEN);
    const user = USERS.find(({ sub }) => sub === req.body?.person);
    if (user === undefined) return res.redirect(req.originalUrl);

    if (!user.declines) await endSessionOfAnother(provider, user.sub, req, res);
    const login = { accountId: user.sub, ...policyToRun(flow.params['acr_values']) };
    flow.result = user.declines ? DECLINED : { login };
    // The flow remembers the session it began in. Another tab may have renewed or ended that one since, and
    // oidc-provider would refuse to go on.
    flow.session = undefined;
    await flow.persist();
    res.redirect(flow.returnTo);
  };
}

/** Assumed: that PingOne reports it by this code, and its wording. */
const DECLINED = { error: 'access_denied', error_description: 'The sign-on was declined' };

/**
 * Found by the flow id alone. oidc-provider's cookie for it has one name and one path, so a second tab would
 * overwrite the first tab's; the way back needs the flow's own cookie in any case.
 */
async function findFlow(provider: Provider, req: Request) {
  const { flowId } = req.query;
  if (typeof flowId !== 'string') return undefined;
  return provider.Interaction.find(flowId);
}

/** Where another user is signed on in this browser, oidc-provider would show a page that needs JavaScript. */
async function endSessionOfAnother(provider: Provider, sub: string, req: Request, res: Response) {
  const session = await provider.Session.get(provider.createContext(req, res));
  if (session.accountId !== undefined && session.accountId !== sub) await session.destroy();
}
