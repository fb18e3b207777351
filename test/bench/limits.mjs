// What the bench must show: a figure of this app, and the most that it may be.

import { ratio } from './statistics.mjs';

const LIMITS = [
  { title: 'CPU of a sign-in, to the fair client', most: 0.85, of: against('fair', 'signInUs') },
  { title: 'CPU of a view, to the fair client', most: 0.95, of: against('fair', 'viewUs') },
  { title: 'CPU of a sign-in, to the floor', most: 2.3, of: against('floor', 'signInUs') },
  { title: 'part of a sign-in that its record costs', most: 0.05, of: recordPart },
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
    title: 'memory of a session, its record not counted, KiB',
    most: 8,
    of: (results) => app(results).memory.bytesPerSession / 1024,
  },
  {
    title: 'CPU of a sign-in at 10,000 sessions, to 10 sessions',
    most: 1.1,
    of: ({ growth }) => growth.sessions.at(-1).ratio,
  },
  {
    title: 'the fair client without its extras: distance to openid-client + express',
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

/** NaN where FLOW_PAGE=off leaves /flow there: then nothing was left out. */
function recordPart(results) {
  if (named(results, 'no-record').hasRecord) return Number.NaN;
  return 1 - ratioOf(results, 'no-record', 'this-app', 'signInUs');
}

/** @returns a row a limit: its title, the most, the figure, and whether it is met as it is printed: to two decimals */
export function judge(results) {
  return LIMITS.map(({ title, most, of }) => {
    const figure = Math.round(of(results) * 100) / 100;
    return { title, most, figure, met: figure <= most };
  });
}

const GROWTH_LIMIT = 2.3;
const HELD_LIMIT = 20;

/** @returns a row an input: whether both limits are met, as they are printed: to one decimal */
export function judgeInputs({ rows }) {
  const rounded = (figure) => Math.round(figure * 10) / 10;
  return rows.map(({ ratio: growth, references, ...row }) => {
    const met = rounded(growth) <= GROWTH_LIMIT && rounded(references) <= HELD_LIMIT;
    return { ...row, growth, references, met };
  });
}
