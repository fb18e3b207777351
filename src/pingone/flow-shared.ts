// The exchanges that many sign-ins share: discovery and the keys. Each is shown by every sign-in that waited for it, or
// that used its answer later, and by no other.

import { type Exchange, maskExchange, noteExchanges, type RawExchange } from './flow-exchange.ts';
import { quotesOf } from './flow-secrets.ts';
import type { Http } from './http.ts';

/** More than a sign-in can wait for: the budget of the keys is ten in ten seconds. */
const REMEMBERED = 12;

/** When a sign-in asked for something shared and when it had it, by performance.now(). */
export interface Wait {
  since: number;
  /** Absent while it waits. */
  until?: number;
}

export interface SharedExchanges {
  http: Http;
  /**
   * Those of a step that ended within a wait, or that it still waits for. Where there are none, the one whose answer was
   * kept; with `failed` the last one, for a failure is kept for a moment, too.
   */
  of(step: string, wait: Wait, failed?: boolean): Exchange[];
}

interface Ended {
  endedAt: number;
  exchange: Exchange;
}

const isGood = ({ exchange }: Ended) => exchange.status === 200;

export function noteSharedExchanges(http: Http, clientSecret: string): SharedExchanges {
  const secrets = [clientSecret];
  const quotes = quotesOf(secrets);
  const underWay = new Set<RawExchange>();
  const endedOf = new Map<string, Ended[]>();

  function keep(raw: RawExchange): void {
    underWay.delete(raw);
    const { step } = raw.request;
    const before = endedOf.get(step) ?? [];
    // However many have failed since, the answer that is in use stays.
    const remembered = new Set([...before.filter(isGood).slice(-1), ...before.slice(1 - REMEMBERED)]);
    const one = { endedAt: raw.endedAt ?? 0, exchange: maskExchange(raw, secrets, quotes) };
    endedOf.set(step, [...remembered, one]);
  }

  function of(step: string, { since, until }: Wait, failed = false): Exchange[] {
    const own = endedOf.get(step) ?? [];
    const waitedFor = own
      .filter(({ endedAt }) => endedAt > since && (until === undefined || endedAt <= until))
      .map(({ exchange }) => exchange);
    const still = [...underWay].filter(({ request }) => until === undefined && request.step === step);
    if (waitedFor.length + still.length > 0)
      return [...waitedFor, ...still.map((raw) => maskExchange(raw, secrets, quotes))];
    const kept = own.findLast((one) => one.endedAt <= since && (failed || isGood(one)));
    return kept ? [kept.exchange] : [];
  }

  return { http: noteExchanges(http, (raw) => void underWay.add(raw), keep), of };
}
