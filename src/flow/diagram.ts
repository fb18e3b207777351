// The positions of all lines and texts in the sequence diagram of a flow. views/flow/diagram.ejs draws it as
// SVG. All lengths are units of its viewBox, which is 360 wide, so that a phone shows it at full size.

import type { Arrow, Explanations, Lane } from './explanations.ts';
import type { FlowStep } from './steps.ts';

const LANES: Record<Lane, number> = { Browser: 46, App: 180, PingOne: 314 };
const TOP = 64;
const TITLE_HEIGHT = 30;
const ARROW_HEIGHT = 20;
const GAP = 12;

/**
 * The lanes, the steps, and the height of the diagram.
 * @param isUntrusted whether the record is about a request that anyone may have made up
 */
export function layOutDiagram(steps: FlowStep[], explanations: Explanations, isUntrusted: boolean) {
  let top = TOP;
  const drawn = steps.map((step, index) => {
    const y = top;
    const { name, arrows: all } = explanations[step.id];
    const arrows = arrowsOf(step, all, isUntrusted).map((arrow, row) =>
      place(arrow, y + TITLE_HEIGHT + row * ARROW_HEIGHT),
    );
    const height = TITLE_HEIGHT + arrows.length * ARROW_HEIGHT;
    top += height + GAP;
    const kept = step.exchanges.some(({ reused }) => reused) ? ['reused'] : [];
    const duration = [...kept, formatDuration(step)].filter(Boolean).join(' · ');
    // y is the middle of the title. height is the distance from there to the next step.
    return { number: index + 1, name, result: step.result, duration, y, height, arrows };
  });
  return { lanes: Object.entries(LANES).map(([name, x]) => ({ name, x })), steps: drawn, height: top };
}

/** A response only if one came. No request if the app used a stored response. */
function arrowsOf({ id, result, exchanges }: FlowStep, arrows: Arrow[], isUntrusted: boolean): Arrow[] {
  // The app does not know why the browser sent this request.
  if (isUntrusted && id === 'authorization_response') return arrows.filter(({ from }) => from === 'Browser');
  if (result === 'skipped' || !arrows.some(({ isResponse }) => isResponse)) {
    return arrows.filter(({ isResponse }) => !isResponse);
  }
  const sent = exchanges.filter(({ reused }) => !reused);
  return sent.flatMap(({ status }) =>
    arrows.flatMap((arrow) => {
      if (!arrow.isResponse) return [arrow];
      return status === undefined ? [] : [{ ...arrow, label: String(status) }];
    }),
  );
}

function place({ from, to, label, isResponse }: Arrow, y: number) {
  const [x1, end] = [LANES[from], LANES[to]];
  const direction = Math.sign(end - x1);
  // The arrow stops just before the line of the lane.
  const x2 = end - direction * 3;
  const head = `M${x2} ${y} l${-8 * direction} -4 v8 z`;
  return { x1, x2, y, middle: (x1 + end) / 2, label, isResponse: isResponse === true, head };
}

/** The duration of a step as text, or an empty text if it was not measured. */
export function formatDuration({ durationMs }: { durationMs?: number }): string {
  if (durationMs === undefined) return '';
  if (durationMs < 0.1) return 'under 0.1 ms';
  if (durationMs < 10) return `${durationMs.toFixed(1)} ms`;
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
