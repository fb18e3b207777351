// GET /flow: the data for its template, with or without a record.

import { type ProviderName, textOf, wordsFor } from '../error-texts/index.ts';
import { formatUtc } from '../web/utc.ts';
import { curlCommand, curlCommandWithBasic } from './curl.ts';
import { formatDuration, layOutDiagram } from './diagram.ts';
import { explanationsFor } from './explanations.ts';
import { printJson } from './json.ts';
import { explainParameters, UNTRUSTED_PARAMETER } from './parameters.ts';
import type { ExchangeEvent, FlowRecord, IdTokenEvent } from './record.ts';
import { SIGN_IN_STEPS, stepsOf } from './steps.ts';

/** Makes the data that views/flow/flow.ejs shows. */
export function createPageData(provider: ProviderName) {
  const words = wordsFor(provider);
  const explanations = explanationsFor(words);
  const explainParameter = explainParameters(words);
  // The lane has room for one word only.
  const laneName = provider === 'PingOne' ? provider : 'Sandbox';

  function describe(record: FlowRecord) {
    const { error, omitted, isUntrusted = false } = record;
    const steps = stepsOf(record);
    const text = error && textOf(error, { provider });
    const diagram = layOutDiagram(steps, explanations, isUntrusted);
    return {
      operation: record.operation,
      omitted,
      endedAt: formatUtc(record.beganAtMs + record.endedAfterMs),
      error: error && text && { code: error.code, title: text.title, what: text.what, detail: text.detail },
      diagram: {
        ...diagram,
        lanes: diagram.lanes.map(({ name, x }) => ({ name: name === 'PingOne' ? laneName : name, x })),
      },
      steps: steps.map((step, index) => ({
        ...explanations[step.id],
        number: index + 1,
        result: step.result,
        at: formatUtc(step.atMs),
        duration: formatDuration(step),
        checks: step.checks,
        idToken: step.idToken && printIdToken(step.idToken),
        exchanges: step.exchanges.map((exchange) => describeExchange(exchange, isUntrusted)),
      })),
    };
  }

  function describeExchange(exchange: ExchangeEvent, isUntrusted: boolean) {
    const { method, url, parameters = [], headers = {}, responseHeaders = {}, body } = exchange;
    return {
      ...exchange,
      headers: Object.entries(headers),
      parameters: parameters.map(([name, value]) => ({
        name,
        value,
        isMasked: value.startsWith('['),
        explanation: isUntrusted ? UNTRUSTED_PARAMETER : explainParameter(name),
      })),
      responseHeaders: Object.entries(responseHeaders),
      keptSince: exchange.reused && formatUtc(exchange.startedAtMs),
      duration: formatDuration(exchange),
      body: body ? printJson(body) : 'not shown, because it is not a JSON object',
      // No command is better than an incomplete one.
      curl: url && !isUntrusted ? curlCommand(exchange) : undefined,
      curlWithBasic: method === 'POST' && url ? curlCommandWithBasic(exchange) : undefined,
    };
  }

  /** `preview` is for the page without a record: the steps that a record would show. */
  return { describe, preview: SIGN_IN_STEPS.map((id) => explanations[id]) };
}

function printIdToken({ header, claims }: IdTokenEvent) {
  return { header: printJson(header), claims: printJson(claims) };
}
