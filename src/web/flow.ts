// GET /flow: every step of this browser's last sign-in, with its messages and its checks, whether it succeeded or failed.

import type { RequestHandler } from 'express';
import { errorTexts, printable } from '../pingone/errors.ts';
import type { Body } from '../pingone/flow-body.ts';
import type { Exchange } from '../pingone/flow-exchange.ts';
import type { Parameter } from '../pingone/flow-mask.ts';
import { COMMON_HEADERS } from '../pingone/http.ts';
import { inUtc } from './claim-rows.ts';
import { curlCommand, curlCommandWithBasic } from './flow-curl.ts';
import { durationOf, isForeign, layOut, wasKept } from './flow-diagram.ts';
import { ALL_STEPS, type EndedFlow, type EndedStep } from './flow-ended.ts';
import { EXPLANATIONS, explainParameter, FOREIGN_PARAMETER } from './flow-explanations.ts';
import type { FlowRecords } from './flow-records.ts';
import { type RenderPage, sendPage } from './pages.ts';
import { webErrorTexts } from './web-errors.ts';

export function flow(flows: FlowRecords, renderPage: RenderPage): RequestHandler {
  return async function showFlow(req, res) {
    const ended = await flows.find(req);
    // It holds claims: once nobody is signed in any more, they are nobody's to see.
    const shown = ended && (ended.error || req.session?.signIn) ? pageOf(ended) : {};
    sendPage(req, res, renderPage('flow', { title: 'Step by step', ...shown }));
  };
}

function pageOf({ steps, endedAtMs, error, left }: EndedFlow) {
  const foreign = isForeign(steps);
  return {
    left,
    endedAt: inUtc(endedAtMs / 1000),
    error: error && { code: error.code, title: { ...errorTexts, ...webErrorTexts }[error.code].title },
    diagram: layOut(steps),
    steps: steps.map((step, index) => ({
      ...step,
      ...ALL_STEPS[step.id],
      ...EXPLANATIONS[step.id],
      number: index + 1,
      at: inUtc((step.atMs ?? Number.NaN) / 1000),
      duration: durationOf(step),
      idToken: step.idToken && {
        header: readable(step.idToken.header),
        claims: readable(step.idToken.claims),
      },
      exchanges: step.exchanges.map((exchange) => exchangeOf(exchange, step, foreign)),
    })),
  };
}

function exchangeOf(exchange: Exchange, step: EndedStep, foreign: boolean) {
  const parameters = exchange.parameters.map(onOneLine);
  const isMadeUp = foreign && step.id === 'authorizationResponse';
  const explain = (name: string) => (isMadeUp ? FOREIGN_PARAMETER : explainParameter(name));
  // A browser's own requests have no time, and headers that are not known.
  const common = exchange.atMs === undefined ? [] : Object.entries(COMMON_HEADERS);
  const headers = [...common.map(([name, value]) => ({ name, value })), ...exchange.headers];
  const shown = { ...exchange, headers, parameters };
  return {
    ...shown,
    parameters: parameters.map((parameter) => ({ ...parameter, explanation: explain(parameter.name) })),
    answerHeaders: exchange.answerHeaders?.map(onOneLine),
    keptSince: wasKept(step)(exchange) ? inUtc(Number(exchange.atMs) / 1000) : undefined,
    duration: durationOf(exchange),
    body: exchange.body && readable(exchange.body),
    curl: curlCommand(shown),
    curlWithBasic: exchange.method === 'POST' ? curlCommandWithBasic(shown) : undefined,
  };
}

function onOneLine({ name, value, ...rest }: Parameter): Parameter {
  return { name: printable(name), value: printable(value), ...rest };
}

/** JSON with indents, lists of values in one line each. */
function readable(body: Body): string {
  if (typeof body === 'string') return body;
  const text = JSON.stringify(body, null, 2);
  return text.replace(/\[\s+[^[\]{}]+\s+\]/g, (list) => list.replace(/\s+/g, ' '));
}
