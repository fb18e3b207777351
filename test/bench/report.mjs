// The table that npm run bench prints.

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const percentile = (numbers, part) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))];

/** The median of the rounds' ratios to another client. */
export function ratio(client, other, of) {
  return median(client[of].map((value, round) => value / other[of][round]));
}

export function report(clients, rounds, signIns) {
  const floor = clients.find(({ name }) => name === 'floor');
  const head = [
    'client',
    'sign-in µs',
    '× floor',
    'view µs',
    '× floor',
    'sign-ins/s',
    'callback p50 ms',
    'p99',
    'requests',
    'session B',
    'start ms',
  ];
  const rows = clients.map((client) => [
    client.name,
    Math.round(median(client.signInUs)),
    ratio(client, floor, 'signInUs').toFixed(2),
    Math.round(median(client.viewUs)),
    ratio(client, floor, 'viewUs').toFixed(2),
    Math.round(client.perSecond),
    percentile(client.callbackMs, 0.5).toFixed(1),
    percentile(client.callbackMs, 0.99).toFixed(1),
    client.requestsPerSignIn,
    Math.round(client.sessionBytes),
    Math.round(client.coldStartMs),
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column])].map((cell) => String(cell).length)),
  );
  const line = (cells) =>
    cells
      .map((cell, column) => String(cell)[column === 0 ? 'padEnd' : 'padStart'](widths[column]))
      .join('  ');
  const app = clients.find(({ name }) => name === 'this-app');
  const against = clients
    .filter(({ name }) => name !== 'this-app')
    .map((other) => {
      return `  ${other.name.padEnd(24)} sign-in ${ratio(app, other, 'signInUs').toFixed(2)}, view ${ratio(app, other, 'viewUs').toFixed(2)}, start ${(app.coldStartMs / other.coldStartMs).toFixed(2)}`;
    });
  return [
    `CPU time of the client's process; medians of ${rounds} interleaved rounds of ${signIns} sign-ins.`,
    '',
    line(head),
    ...rows.map(line),
    '',
    'This app as a ratio to:',
    ...against,
    '',
  ].join('\n');
}
