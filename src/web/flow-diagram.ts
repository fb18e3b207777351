// The sequence diagram of a flow: where each line and text stands. views/flow-diagram.ejs draws it as SVG. All lengths
// are units of its viewBox, which is 360 wide, so that it is readable on a phone as it is.

import type { Exchange } from '../pingone/flow-exchange.ts';
import { ALL_STEPS, type EndedStep } from './flow-ended.ts';
import { type Arrow, EXPLANATIONS, type Lane } from './flow-explanations.ts';

const LANES: Record<Lane, number> = { Browser: 46, App: 180, PingOne: 314 };
const TOP = 64;
const TITLE_HEIGHT = 30;
const ARROW_HEIGHT = 20;
const GAP = 12;

export interface DiagramStep {
  number: number;
  name: string;
  result: EndedStep['result'];
  duration: string;
  /** The middle of the title, and from there to the next step. */
  y: number;
  height: number;
  arrows: {
    x1: number;
    x2: number;
    y: number;
    middle: number;
    label: string;
    isAnswer: boolean;
    head: string;
  }[];
}

export function layOut(steps: EndedStep[]) {
  let y = TOP;
  const drawn = steps.map((step, index): DiagramStep => {
    const arrows = arrowsOf(step, isForeign(steps)).map((arrow, row) =>
      place(arrow, y + TITLE_HEIGHT + row * ARROW_HEIGHT),
    );
    const placed = {
      number: index + 1,
      name: ALL_STEPS[step.id].name,
      result: step.result,
      duration: [...(step.exchanges.some(wasKept(step)) ? ['kept'] : []), durationOf(step)].join(' · '),
      y,
      height: TITLE_HEIGHT + arrows.length * ARROW_HEIGHT,
      arrows,
    };
    y += placed.height + GAP;
    return placed;
  });
  return { lanes: Object.entries(LANES).map(([name, x]) => ({ name, x })), steps: drawn, height: y };
}

/** An answer only where one came; no request where what it would have asked for was kept from before. */
function arrowsOf(step: EndedStep, foreign: boolean): Arrow[] {
  const { arrows } = EXPLANATIONS[step.id];
  // Who had the browser bring it is not known.
  if (foreign && step.id === 'authorizationResponse') return arrows.filter(({ from }) => from === 'Browser');
  if (step.result === 'skipped') return arrows.filter(({ isAnswer }) => !isAnswer);
  if (!arrows.some(({ isAnswer }) => isAnswer)) return arrows;
  const made = step.exchanges.filter((exchange) => !wasKept(step)(exchange));
  return made.flatMap(({ status }) =>
    arrows.flatMap((arrow) => {
      if (!arrow.isAnswer) return [arrow];
      return status === undefined ? [] : [{ ...arrow, label: String(status) }];
    }),
  );
}

/** Whether what came back is of no sign-in of this browser. */
export function isForeign(steps: EndedStep[]): boolean {
  return steps.some(({ result }) => result === 'unknown');
}

/** Whether the answer was there already when the step began. */
export function wasKept(step: EndedStep): (exchange: Exchange) => boolean {
  return ({ atMs }) => atMs !== undefined && step.atMs !== undefined && atMs < step.atMs;
}

function place({ from, to, label, isAnswer }: Arrow, y: number) {
  const [x1, end] = [LANES[from], LANES[to]];
  const direction = Math.sign(end - x1);
  // It stops at the lane's line, not on it.
  const x2 = end - direction * 3;
  const head = `M${x2} ${y} l${-8 * direction} -4 v8 z`;
  return { x1, x2, y, middle: (x1 + end) / 2, label, isAnswer: isAnswer === true, head };
}

/** How long a step took, as people say it; empty where nothing was measured. */
export function durationOf({ durationMs }: { durationMs?: number }): string {
  if (durationMs === undefined) return '';
  if (durationMs < 0.1) return 'under 0.1 ms';
  if (durationMs < 10) return `${durationMs.toFixed(1)} ms`;
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
