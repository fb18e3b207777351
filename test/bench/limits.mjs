// What the bench must show: a figure of this app, and the most that it may be.

import { ratio } from './statistics.mjs';

const named = (name) => (client) => client.name === name;

const LIMITS = [
  { title: 'CPU a sign-in, to the floor', most: 2, of: against('floor', 'signInUs') },
  {
    title: 'CPU a sign-in, to openid-client + express (same checks)',
    most: 0.75,
    of: against('openid-client', 'signInUs'),
  },
  {
    title: 'CPU a sign-in, to express-openid-connect',
    most: 0.5,
    of: against('express-openid-connect', 'signInUs'),
  },
  {
    title: 'CPU a profile view, to openid-client + express',
    most: 1,
    of: against('openid-client', 'viewUs'),
  },
  {
    title: 'requests to the provider for a sign-in, after the first',
    most: 2,
    of: ({ clients }) => Object.values(clients.find(named('this-app')).requests).reduce((a, b) => a + b, 0),
  },
  {
    title: 'memory a signed-in session, its record not counted, KiB',
    most: 8,
    of: ({ clients }) => clients.find(named('this-app')).memory.bytesPerSession / 1024,
  },
  {
    title: 'cold start to the first page (CPU; not the first start ever), to the floor',
    most: 1.5,
    of: ({ clients }) => startRatio(clients, 'laterMs'),
  },
  {
    title: 'CPU a sign-in at 10,000 sessions, to 10 sessions',
    most: 1.1,
    of: ({ growth }) => growth.sessions.at(-1).ratio,
  },
];

function against(other, figure) {
  return ({ clients }) =>
    ratio(clients.find(named('this-app')).figures[figure], clients.find(named(other)).figures[figure]);
}

function startRatio(clients, which) {
  return ratio(
    clients.find(named('this-app')).coldStart[which],
    clients.find(named('floor')).coldStart[which],
  );
}

/** @returns a row a limit: its title, the most, the figure, and whether it is met as it is printed: to two decimals */
export function judge(results) {
  return LIMITS.map(({ title, most, of }) => {
    const figure = Math.round(of(results) * 100) / 100;
    return { title, most, figure, met: figure <= most };
  });
}
