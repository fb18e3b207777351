// chart.svg for the README: the CPU time of a sign-in and of a view, as ratios to the floor.

import { ratio } from './statistics.mjs';

const [WIDTH, LABELS, GROUP, BAR, TOP] = [720, 210, 46, 15, 48];

/** Two bars for each client. The colors follow the reader's light or dark mode. The image loads no font and no script. */
export function chart(clients) {
  const [floor] = clients;
  const rows = clients.map(({ title, figures, accepts }) => ({
    title: accepts.includes('signature') ? `${title} ¹` : title,
    signIn: ratio(figures.signInUs, floor.figures.signInUs),
    view: ratio(figures.viewUs, floor.figures.viewUs),
  }));
  const most = Math.max(...rows.flatMap(({ signIn, view }) => [signIn, view]));
  const scale = (WIDTH - LABELS - 60) / most;
  const height = TOP + rows.length * GROUP + 28;
  const summaries = rows.map(
    ({ title, signIn, view }) => `${title}: sign-in ${signIn.toFixed(2)}, view ${view.toFixed(2)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">CPU time of a sign-in and of a view of the claims, as ratios to the floor</title>
<desc id="desc">Less is better. ${summaries.join('; ')}. Clients with ¹ do not check the ID token's signature.</desc>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.own { font-weight: 600; }
.sign-in { fill: #0969da; }
.view { fill: #8c959f; }
line { stroke: #1f2328; stroke-dasharray: 2 3; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.sign-in { fill: #4493f8; }
.view { fill: #6e7681; }
line { stroke: #e6edf3; }
}
</style>
${legend(LABELS, 'sign-in', 'a sign-in')}
${legend(LABELS + 110, 'view', 'a view of the claims')}
<text x="${WIDTH}" y="22" text-anchor="end">CPU, × the floor</text>
${rows.map((row, index) => group(row, TOP + index * GROUP, scale)).join('\n')}
<line x1="${LABELS + scale}" y1="${TOP - 8}" x2="${LABELS + scale}" y2="${height - 32}"/>
<text x="${LABELS}" y="${height - 8}">¹ does not check the ID token's signature</text>
</svg>
`;
}

function legend(x, kind, text) {
  return `<rect class="${kind}" x="${x}" y="11" width="12" height="12"/><text x="${x + 18}" y="22">${text}</text>`;
}

function group({ title, signIn, view }, y, scale) {
  const own = title === 'this app' ? ' class="own"' : '';
  return `<text x="${LABELS - 10}" y="${y + 20}" text-anchor="end"${own}>${title}</text>
${bar('sign-in', signIn, y, scale)}
${bar('view', view, y + BAR + 1, scale)}`;
}

function bar(kind, value, y, scale) {
  const width = (value * scale).toFixed(1);
  return `<rect class="${kind}" x="${LABELS}" y="${y}" width="${width}" height="${BAR}"/><text x="${(LABELS + value * scale + 6).toFixed(1)}" y="${y + 12}">${value.toFixed(2)}</text>`;
}
