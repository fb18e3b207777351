/** The sign-on page, `/<environment id>/signon/?flowId=…`: the one page where a person decides something. */
import type { Request, Response } from 'express';
import type { InteractionResults, Provider } from 'oidc-provider';
import { NO_LONGER_OPEN } from './authorization-error.ts';
import { sendPage, sendProblem } from './pages.ts';
import { PEOPLE, peopleInOrder } from './people.ts';
import type { Settings } from './settings.ts';
import { policyToRun } from './sign-on-policies.ts';

/** `GET`: shows the sample people, a button each, and which sign-on policy runs. */
export function showSignOn(provider: Provider, settings: Settings) {
  return async function signOn(req: Request, res: Response) {
    const flow = await findFlow(provider, req);
    if (flow === undefined) return sendProblem(res, 400, NO_LONGER_OPEN);
    const { scope, login_hint: loginHint, acr_values: acrValues } = flow.params;
    await sendPage(res, 'sign-on', {
      people: peopleInOrder(loginHint),
      policy: policyToRun(acrValues).acr,
      application: new URL(settings.redirectUri).origin,
      scope,
    });
  };
}

/** `POST` with `person`: signs that person on, or turns the sign-on down, and goes back to authorize. */
export function chooseOnSignOn(provider: Provider) {
  return async function choosePerson(req: Request, res: Response) {
    const flow = await findFlow(provider, req);
    if (flow === undefined) return sendProblem(res, 400, NO_LONGER_OPEN);
    const person = PEOPLE.find(({ sub }) => sub === req.body?.person);
    if (person === undefined) return res.redirect(req.originalUrl);

    if (!person.declines) await endSessionOfAnother(provider, person.sub, req, res);
    const login = { accountId: person.sub, ...policyToRun(flow.params['acr_values']) };
    flow.result = person.declines ? DECLINED : { login };
    // The flow remembers the session it began in. Another tab may have renewed or ended that one since, and
    // oidc-provider would refuse to go on.
    flow.session = undefined;
    await flow.persist();
    res.redirect(flow.returnTo);
  };
}

/** Assumed: that PingOne reports it by this code, and its wording. */
const DECLINED: InteractionResults = {
  error: 'access_denied',
  error_description: 'The sign-on was declined',
};

/**
 * Found by the flow id alone. oidc-provider's cookie for it has one name and one path, so a second tab would
 * overwrite the first tab's; the way back needs the flow's own cookie in any case.
 */
async function findFlow(provider: Provider, req: Request) {
  const { flowId } = req.query;
  if (typeof flowId !== 'string') return undefined;
  return provider.Interaction.find(flowId);
}

/** Where somebody else is signed on in this browser, oidc-provider would show a page that needs JavaScript. */
async function endSessionOfAnother(provider: Provider, sub: string, req: Request, res: Response) {
  const session = await provider.Session.get(provider.createContext(req, res));
  if (session.accountId !== undefined && session.accountId !== sub) await session.destroy();
}
