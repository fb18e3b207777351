// GET /flow: every step of this browser's last sign-in, with its messages and its checks, whether it succeeded or failed.

import type { RequestHandler } from 'express';
import { errorTexts } from '../pingone/errors.ts';
import type { Exchange } from '../pingone/flow-exchange.ts';
import type { FlowStep } from '../pingone/flow-steps.ts';
import { inUtc } from './claim-rows.ts';
import { curlCommand, curlCommandWithBasic } from './flow-curl.ts';
import { durationOf, layOut, wasKept } from './flow-diagram.ts';
import { explainParameter, explainStep } from './flow-explanations.ts';
import type { EndedFlow, FlowRecords } from './flow-records.ts';
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

function pageOf({ steps, endedAtMs, error }: EndedFlow) {
  return {
    endedAt: inUtc(endedAtMs / 1000),
    error: error && { code: error.code, title: { ...errorTexts, ...webErrorTexts }[error.code].title },
    diagram: layOut(steps),
    steps: steps.map((step, index) => ({
      ...step,
      ...explainStep(step.name),
      number: index + 1,
      at: inUtc((step.atMs ?? Number.NaN) / 1000),
      duration: durationOf(step),
      idToken: step.idToken && {
        header: readable(step.idToken.header),
        claims: readable(step.idToken.claims),
      },
      exchanges: step.exchanges.map((exchange) => exchangeOf(exchange, step)),
    })),
  };
}

function exchangeOf(exchange: Exchange, step: FlowStep) {
  return {
    ...exchange,
    parameters: exchange.parameters.map((parameter) => ({
      ...parameter,
      explanation: explainParameter(parameter.name),
    })),
    keptSince: wasKept(step)(exchange) ? inUtc(Number(exchange.atMs) / 1000) : undefined,
    duration: durationOf(exchange),
    body: exchange.body && readable(exchange.body),
    curl: curlCommand(exchange),
    curlWithBasic: exchange.method === 'POST' ? curlCommandWithBasic(exchange) : undefined,
  };
}

/** JSON with indents, lists of values in one line each; what was cut or is none, as it stands. */
function readable(body: string): string {
  try {
    const text = JSON.stringify(JSON.parse(body), null, 2);
    return text.replace(/\[\s+[^[\]{}]+\s+\]/g, (list) => list.replace(/\s+/g, ' '));
  } catch {
    return body;
  }
}
