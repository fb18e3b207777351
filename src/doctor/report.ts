// What was found, for people and for scripts.

import type { NamedFinding } from './check.ts';

const MARKS: Record<NamedFinding['result'], string> = {
  passed: '✓',
  failed: '✗',
  warning: '–',
  'could not tell': '–',
  skipped: '–',
};

/** Whether nothing failed. What could not be told, and warnings, are no failures. */
export function isSound(findings: NamedFinding[]): boolean {
  return findings.every(({ result }) => result !== 'failed');
}

/** A line for each finding, what to do about it indented below, and a last line that counts. */
export function asText(findings: NamedFinding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, result, message, next }) => [
    `${MARKS[result]} ${check.padEnd(width)}  ${message}`,
    ...(next ? [`${' '.repeat(width + 4)}${next}`] : []),
  ]);
  return `${[...lines, '', summary(findings)].join('\n')}\n`;
}

function summary(findings: NamedFinding[]): string {
  const count = (...results: string[]) => findings.filter(({ result }) => results.includes(result)).length;
  const rest = `${count('passed')} passed, ${count('failed')} failed, ${count('could not tell')} could not be told, ${count('skipped')} not checked, ${count('warning')} to look at.`;
  return isSound(findings) ? `Nothing failed: ${rest}` : `Something failed: ${rest}`;
}

/**
 * One JSON document: `{ ok, checks: [{ check, result, message, next? }] }`; `result` is passed, failed, warning, could
 * not tell, or skipped.
 */
export function asJson(findings: NamedFinding[]): string {
  return `${JSON.stringify({ ok: isSound(findings), checks: findings }, null, 2)}\n`;
}
