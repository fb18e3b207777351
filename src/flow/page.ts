// GET /flow: the data for its template, with or without a record.

import { nameProvider, type ProviderName, textOf } from '../error-texts/index.ts';
import { inUtc } from '../web/utc.ts';
import { curlCommand, curlCommandWithBasic } from './curl.ts';
import { durationOf, layOut } from './diagram.ts';
import { STEPS, type StepId } from './explanations.ts';
import { printJson } from './json.ts';
import { explainParameter, FOREIGN_PARAMETER } from './parameters.ts';
import type { DecodedIdToken, Exchange, FlowRecord } from './record.ts';
import { SIGN_IN_STEPS, stepsOf } from './steps.ts';

/** Makes the data that views/flow/flow.ejs shows. */
export function createDescriptions(provider: ProviderName) {
  const named = (text: string) => nameProvider(text, provider);

  function describe(record: FlowRecord) {
    const { error, left, isForeign = false } = record;
    const steps = stepsOf(record);
    const text = error && textOf(error, { provider });
    const diagram = layOut(steps, isForeign);
    for (const step of diagram.steps) step.name = named(step.name);
    // The lane has room for one word only.
    for (const lane of diagram.lanes) lane.name = named(lane.name).replace('The sandbox', 'Sandbox');
    return {
      of: record.of,
      left,
      endedAt: inUtc(record.beganAtMs + record.endedAfterMs),
      error: error && text && { code: error.code, title: text.title, what: text.what, detail: text.detail },
      diagram,
      steps: steps.map((step, index) => ({
        ...explain(step.id),
        number: index + 1,
        result: step.result,
        at: inUtc(step.atMs),
        duration: durationOf(step),
        checks: step.checks,
        idToken: step.idToken && printIdToken(step.idToken),
        exchanges: step.exchanges.map((exchange) => describeExchange(exchange, isForeign)),
      })),
    };
  }

  function explain(id: StepId) {
    return { ...STEPS[id], name: named(STEPS[id].name), what: named(STEPS[id].what) };
  }

  function describeExchange(exchange: Exchange, isForeign: boolean) {
    const { method, url, parameters = [], headers = {}, responseHeaders = {}, body } = exchange;
    return {
      ...exchange,
      headers: Object.entries(headers),
      parameters: parameters.map(([name, value]) => ({
        name,
        value,
        isMasked: value.startsWith('['),
        explanation: isForeign ? FOREIGN_PARAMETER : named(explainParameter(name)),
      })),
      responseHeaders: Object.entries(responseHeaders),
      keptSince: exchange.reused && inUtc(exchange.startedAtMs),
      duration: durationOf(exchange),
      body: body ? printJson(body) : 'not shown, because it is not a JSON object',
      // No command is better than an incomplete one.
      curl: url && !isForeign ? curlCommand(exchange) : undefined,
      curlWithBasic: method === 'POST' && url ? curlCommandWithBasic(exchange) : undefined,
    };
  }

  /** `preview` is for the page without a record: the steps that a record would show. */
  return { describe, preview: SIGN_IN_STEPS.map(explain) };
}

function printIdToken({ header, claims }: DecodedIdToken) {
  return { header: printJson(header), claims: printJson(claims) };
}
