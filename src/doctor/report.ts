// The report, as text for people and as JSON for scripts.

import type { NamedFinding } from './check.ts';

const MARKS = { passed: '✓', failed: '✗', warning: '!', unclear: '?', note: '–', skipped: '–' };
const UNCLEAR = 'No check failed, but at least one result is unclear';
/** By exit code. */
const VERDICTS = ['No check failed', 'At least one check failed', UNCLEAR];

/** 0: no check failed. 1: at least one check failed. 2: no check failed, but at least one result is unclear. */
export function exitCodeOf(findings: NamedFinding[]): 0 | 1 | 2 {
  const results = findings.map(({ result }) => result);
  if (results.includes('failed')) return 1;
  return results.includes('unclear') ? 2 : 0;
}

/** One line for each finding, with causes and the next step indented below it, and a summary as the last line. */
export function asText(findings: NamedFinding[]): string {
  const shown = foldSkipped(findings);
  const width = Math.max(...shown.map(({ check }) => check.length));
  const lines = shown.flatMap(({ check, result, message, causes, next }) => [
    `${MARKS[result]} ${check.padEnd(width)}  ${result === 'warning' ? 'Warning: ' : ''}${message}`,
    ...[causes && 'Possible causes:', ...numbered(causes), next && `Next step: ${next}`]
      .filter(Boolean)
      .map((text) => `${' '.repeat(width + 4)}${text}`),
  ]);
  return `${[...lines, '', summary(findings)].join('\n')}\n`;
}

const numbered = (causes: string[] = []) => causes.map((cause, index) => `${index + 1}. ${cause}`);

/** Checks that were skipped because of the same failure share one line, after all other lines. */
function foldSkipped(findings: NamedFinding[]): NamedFinding[] {
  const skipped = findings.filter((finding) => finding.result === 'skipped');
  const groups = [...Map.groupBy(skipped, ({ because = '' }) => because)];
  const folded = groups.map(([because, group]): NamedFinding => {
    const message = `Not checked, because “${because}” failed: ${group.map(({ check }) => check).join(', ')}.`;
    return { check: 'skipped', result: 'skipped', message, because };
  });
  return [...findings.filter(({ result }) => result !== 'skipped'), ...folded];
}

function summary(findings: NamedFinding[]): string {
  const count = (result: string) => findings.filter((finding) => finding.result === result).length;
  const rest = `Passed: ${count('passed')}, failed: ${count('failed')}, unclear: ${count('unclear')}, skipped: ${count('skipped')}, warnings: ${count('warning')}.`;
  return `${VERDICTS[exitCodeOf(findings)]}. ${rest}`;
}

/**
 * One JSON document: `{ ok, checks: [{ check, result, message, causes?, next?, because? }] }`. `ok` is true if the exit
 * code is 0; `result` is passed, failed, unclear, warning, note, or skipped; `causes` is a list.
 */
export function asJson(findings: NamedFinding[]): string {
  return `${JSON.stringify({ ok: exitCodeOf(findings) === 0, checks: findings }, null, 2)}\n`;
}
