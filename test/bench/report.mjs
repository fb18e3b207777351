// The tables that npm run bench prints.

import { FORGERIES } from './settings.mjs';
import { median, percentile, ratio, ratios } from './statistics.mjs';

const round = (number) => String(Math.round(number));
const times = (number) => number.toFixed(2);
const percent = (part) => `${Math.round(part * 100)} %`;
const mebibytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);
const listed = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

export function report({ machine, clients, variants, growth, redisGrowth, profiles, limits, ...alone }) {
  const [floor] = clients;
  const app = clients.find(({ name }) => name === 'this-app');
  const to = (figures) => (client) => times(ratio(figures(client), figures(floor)));
  return [
    ...(machine.quick
      ? ['This run only tests the bench, with small numbers. Its figures have no meaning.']
      : []),
    `Node ${machine.node}, ${machine.cores} × ${machine.cpu}. Medians. Fresh processes of each client: ${machine.sets}; interleaved rounds in`,
    `each: ${machine.rounds}; sign-ins in a round: ${machine.signIns}; sign-ins and views to warm up: ${machine.warmUps}. CPU is user and system time of the`,
    "client's process; × is the ratio to the floor.",
    table('Cost', [...clients, ...variants], {
      'sign-in µs': ({ figures }) => round(median(figures.signInUs)),
      '× sign-in': to(({ figures }) => figures.signInUs),
      'view µs': ({ figures }) => round(median(figures.viewUs)),
      '× view': to(({ figures }) => figures.viewUs),
      'sign-ins/s': ({ figures }) => round(median(figures.perSecond)),
      'callback p50 ms': ({ figures }) => percentile(figures.callbackMs, 0.5).toFixed(1),
      'p99 ms': ({ figures }) => percentile(figures.callbackMs, 0.99).toFixed(1),
    }),
    table(
      'This app to each of the others: median of the ratios within each round (quartiles)',
      [...clients, ...variants].filter((client) => client !== app),
      {
        'sign-in': ({ figures }) => quartiles(ratios(app.figures.signInUs, figures.signInUs)),
        view: ({ figures }) => quartiles(ratios(app.figures.viewUs, figures.viewUs)),
      },
    ),
    'The fair client is openid-client 6 + express with security headers, a log line for each request and EJS pages, like this',
    'app. FAIR_EXTRAS=off leaves these three out. The floor and the other clients do not have them.',
    table('Checks: sign-ins with one forged value, and whether PKCE is used', clients, {
      ...Object.fromEntries(FORGERIES.map((forgery) => [forgery, seenWith(forgery)])),
      PKCE: ({ hasPkce }) => (hasPkce ? 'S256' : 'NONE'),
    }),
    'state, iss, aud and nonce: another value. at_hash: the hash of another access token. exp: an hour ago. signature: made',
    'with a key that the provider does not publish. alg none: no signature.',
    table('Work: requests to the provider for a sign-in, and how busy the processes are', clients, {
      requests: ({ requests }) => listed(requests),
      'page bytes': ({ pageBytes }) => String(pageBytes),
      'client busy': ({ figures }) => percent(median(figures.clientBusy)),
      'provider busy': ({ figures }) => percent(median(figures.providerBusy)),
      'provider µs': ({ figures }) => round(median(figures.providerUs)),
    }),
    'Busy: the share of time in which the event loop had work. Other processes wait for a process near 100 %.',
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
    'The bytes of a session are the difference between the last two numbers of sessions. It contains no sign-in records,',
    'because this app keeps at most 1,000. A later start can use the code that V8 compiled in the first, if the client keeps it.',
    growthTables('Growth of this app', growth),
    redisGrowth ? redisTables(redisGrowth) : '\nRedis: skipped, because redis-server is not installed.',
    reportOfGrowth(alone),
    profileTable(profiles),
    table('Limits', limits, {
      figure: ({ figure }) => (Number.isNaN(figure) ? 'not measured' : times(figure)),
      'at most': ({ most }) => times(most),
      '': ({ met }) => (met ? 'met' : 'NOT MET'),
    }),
    '',
  ].join('\n');
}

/** The tables about this app alone: the inputs whose size others choose, and the number of sessions. */
export function reportOfGrowth({ inputs, held, inputLimits }) {
  const milliseconds = (figure) => figure.toFixed(1);
  return [
    table(
      'Inputs: busy time of a request at the largest accepted size and at half of it, and the longest block of the event loop',
      inputLimits,
      {
        largest: ({ most }) => String(Math.floor(most)),
        'half ms': ({ halfMs }) => milliseconds(halfMs),
        'whole ms': ({ wholeMs }) => milliseconds(wholeMs),
        growth: ({ growth }) => growth.toFixed(1),
        'held ms': ({ heldMs }) => milliseconds(heldMs),
        '× reference': ({ references }) => references.toFixed(1),
        '': ({ met }) => (met ? 'met' : 'NOT MET'),
      },
    ),
    `Limits: growth 2.3, and 20 × the reference computation, which took ${times(inputs.referenceMs)} ms in the same process. Each time is`,
    'the minimum of several rounds. Held: the longest time in which the app could serve no other request.',
    table('Sessions held: CPU of a view, and its ratio to the fewest sessions', held, {
      'view µs': ({ viewUs }) => round(viewUs),
      ratio: (row) => times(row.ratio),
    }),
    'By default, this app keeps at most 10,000 sessions in memory. This run raised the limit.',
    '',
  ].join('\n');
}

function profileTable(rows) {
  const column = (name) => (row) => round(row[name] ?? 0);
  const sum = (name, of = rows) => of.reduce((total, row) => total + (row[name] ?? 0), 0);
  const others = rows.filter(({ title }) => !title.startsWith('src/'));
  const without = (work) => times(sum(`this-app ${work}`, others) / sum(`fair ${work}`));
  return [
    table('Profile: µs of each sign-in and of each view by where the code is, without what it calls', rows, {
      'sign-in, this app': column('this-app signIn'),
      'sign-in, fair client': column('fair signIn'),
      'view, this app': column('this-app view'),
      'view, fair client': column('fair view'),
    }),
    `Even if the code in src/ cost nothing, a sign-in would cost ${without('signIn')} × the fair client, and a view ${without('view')} ×.`,
  ].join('\n');
}

function seenWith(forgery) {
  return ({ accepts }) => (accepts.includes(forgery) ? 'ACCEPTED' : 'refused');
}

function quartiles(numbers) {
  const [first, second, third] = [0.25, 0.5, 0.75].map((part) => times(percentile(numbers, part)));
  return `${second} (${first} to ${third})`;
}

function growthTables(title, { sessions, atOnce }) {
  const columns = {
    'sign-in µs': ({ signInUs }) => round(signInUs),
    ratio: (row) => times(row.ratio),
  };
  const titled = (rows, unit) => rows.map((row) => ({ ...row, title: `${row.size} ${unit}` }));
  return table(title, [...titled(sessions, 'sessions held'), ...titled(atOnce, 'at once')], columns);
}

function redisTables(growth) {
  const { signIn, view } = growth.commands;
  return `${growthTables('Growth of this app, with Redis', growth)}\nCommands a sign-in, with the rate limit off: ${listed(signIn)}; a view: ${listed(view)}.`;
}

function table(title, rows, columns) {
  const lines = [['', ...Object.keys(columns)]];
  for (const row of rows) lines.push([row.title, ...Object.values(columns).map((cell) => cell(row))]);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const padded = lines.map((line) =>
    line.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column])).join('  '),
  );
  return ['', title, ...padded.map((line) => line.trimEnd())].join('\n');
}
