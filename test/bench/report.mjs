// The tables that npm run bench prints.

import { median, percentile, ratio } from './statistics.mjs';

const round = (number) => String(Math.round(number));
const times = (number) => number.toFixed(2);
const percent = (part) => `${Math.round(part * 100)} %`;
const mebibytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
const listed = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

export function report({ machine, clients, growth, redisGrowth, limits }) {
  const [floor] = clients;
  const to = (figures) => (client) => times(ratio(figures(client), figures(floor)));
  return [
    ...(machine.quick ? ['A try of the bench itself, in small numbers: the figures mean nothing.'] : []),
    `Node ${machine.node}, ${machine.cores} × ${machine.cpu}. Medians of ${machine.rounds} interleaved rounds of ${machine.signIns} sign-ins,`,
    `after ${machine.warmUps} and as many views to warm up. CPU is user and system time of the client's process; × is the ratio to the floor.`,
    table('Cost', clients, {
      'sign-in µs': ({ figures }) => round(median(figures.signInUs)),
      '× sign-in': to(({ figures }) => figures.signInUs),
      'view µs': ({ figures }) => round(median(figures.viewUs)),
      '× view': to(({ figures }) => figures.viewUs),
      'sign-ins/s': ({ figures }) => round(median(figures.perSecond)),
      'callback p50 ms': ({ figures }) => percentile(figures.callbackMs, 0.5).toFixed(1),
      'p99 ms': ({ figures }) => percentile(figures.callbackMs, 0.99).toFixed(1),
    }),
    table('Work: what each was seen to do, and who kept whom waiting', clients, {
      'signature checked': ({ refusesForged }) => (refusesForged ? 'yes' : 'NO'),
      'requests a sign-in': ({ requests }) => listed(requests),
      'page bytes': ({ pageBytes }) => String(pageBytes),
      'client busy': ({ figures }) => percent(median(figures.clientBusy)),
      'provider busy': ({ figures }) => percent(median(figures.providerBusy)),
      'provider µs': ({ figures }) => round(median(figures.providerUs)),
    }),
    'Busy: the part of the time in which its event loop had work. Whoever is near 100 % is what the others wait for.',
    table(`Memory: heap in MiB with ${machine.sessions.join(', ')} sessions; start; installed`, clients, {
      heap: ({ memory }) => memory.heaps.map(mebibytes).join(' / '),
      'bytes a session': ({ memory }) => round(memory.bytesPerSession),
      'first start ms': ({ coldStart }) => round(median(coldStart.firstMs)),
      'later ms': ({ coldStart }) => round(median(coldStart.laterMs)),
      '× first': to(({ coldStart }) => coldStart.firstMs),
      '× later': to(({ coldStart }) => coldStart.laterMs),
      packages: ({ installed }) => String(installed.packages),
      MiB: ({ installed }) => mebibytes(installed.bytes),
    }),
    'Bytes a session are those between the last two: this app keeps 1,000 records of sign-ins at most, beside the sessions,',
    'so that none is counted. A later start finds what the first one has kept of what V8 compiled, if it keeps it.',
    growthTables('Growth of this app', growth),
    redisGrowth ? redisTables(redisGrowth) : '\nRedis: skipped, for there is no redis-server here.',
    table('Limits', limits.map(asNamed), {
      figure: ({ figure }) => times(figure),
      'at most': ({ most }) => times(most),
      '': ({ met }) => (met ? 'met' : 'NOT MET'),
    }),
    '',
  ].join('\n');
}

const asNamed = (limit) => ({ ...limit, name: limit.title });

function growthTables(title, { sessions, atOnce }) {
  const columns = {
    'sign-in µs': ({ signInUs }) => round(signInUs),
    ratio: (row) => times(row.ratio),
  };
  const named = (rows, unit) => rows.map((row) => ({ ...row, name: `${row.size} ${unit}` }));
  return table(title, [...named(sessions, 'sessions held'), ...named(atOnce, 'at once')], columns);
}

function redisTables(growth) {
  const { signIn, view } = growth.commands;
  return `${growthTables('Growth of this app, with Redis', growth)}\nCommands a sign-in, with the rate limit off: ${listed(signIn)}; a view: ${listed(view)}.`;
}

function table(title, rows, columns) {
  const lines = [['', ...Object.keys(columns)]];
  for (const row of rows) lines.push([row.name, ...Object.values(columns).map((cell) => cell(row))]);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const padded = lines.map((line) =>
    line.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column])).join('  '),
  );
  return ['', title, ...padded.map((line) => line.trimEnd())].join('\n');
}
