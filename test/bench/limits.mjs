// The limits that the bench checks: each is a figure of this app and its maximum.

import { ratio } from './statistics.mjs';

const LIMITS = [
  { title: 'CPU of a sign-in, to the fair client', most: 0.85, of: against('fair', 'signInUs') },
  {
    title: 'CPU of a sign-in without its record (FLOW_PAGE=off), to the fair client',
    most: 0.85,
    of: (results) => ratioOf(results, 'no-record', 'fair', 'signInUs'),
  },
  { title: 'CPU of a view, to the fair client', most: 0.95, of: against('fair', 'viewUs') },
  { title: 'CPU of a sign-in, to the floor', most: 2.3, of: against('floor', 'signInUs') },
  { title: 'share of the record in the CPU of a sign-in', most: 0.05, of: recordPart },
  {
    title: 'CPU of a start to the first page (not the first start ever), to the floor',
    most: 1.6,
    of: (results) => ratio(app(results).coldStart.laterMs, named(results, 'floor').coldStart.laterMs),
  },
  {
    title: 'requests to the provider for a sign-in, after the first',
    most: 2,
    of: (results) => Object.values(app(results).requests).reduce((a, b) => a + b, 0),
  },
  {
    title: 'memory of a session without its record, KiB',
    most: 8,
    of: (results) => app(results).memory.bytesPerSession / 1024,
  },
  {
    title: 'CPU of a sign-in at 10,000 sessions, to 10 sessions',
    most: 1.1,
    of: ({ growth }) => growth.sessions.at(-1).ratio,
  },
  {
    title: 'the fair client without its extras: difference to openid-client + express',
    most: 0.05,
    of: (results) => Math.abs(1 - ratioOf(results, 'fair-bare', 'openid-client', 'signInUs')),
  },
];

function named({ clients, variants }, name) {
  return [...clients, ...variants].find((client) => client.name === name);
}

function app(results) {
  return named(results, 'this-app');
}

function ratioOf(results, one, other, figure) {
  return ratio(named(results, one).figures[figure], named(results, other).figures[figure]);
}

function against(other, figure) {
  return (results) => ratioOf(results, 'this-app', other, figure);
}

/** NaN if /flow still exists with FLOW_PAGE=off, because then nothing was left out. */
function recordPart(results) {
  if (named(results, 'no-record').hasRecord) return Number.NaN;
  return 1 - ratioOf(results, 'no-record', 'this-app', 'signInUs');
}

/** @returns for each limit the title, the maximum, the figure, and whether the figure as printed (two decimals) meets it */
export function judge(results) {
  return LIMITS.map(({ title, most, of }) => {
    const figure = Math.round(of(results) * 100) / 100;
    return { title, most, figure, met: figure <= most };
  });
}

const GROWTH_LIMIT = 2.3;
const HELD_LIMIT = 20;

/** @returns for each input whether its figures as printed (one decimal) meet both limits */
export function judgeInputs({ rows }) {
  const rounded = (figure) => Math.round(figure * 10) / 10;
  return rows.map(({ ratio: growth, references, ...row }) => {
    const met = rounded(growth) <= GROWTH_LIMIT && rounded(references) <= HELD_LIMIT;
    return { ...row, growth, references, met };
  });
}
