// What was found, for people and for scripts.

import type { NamedFinding } from './check.ts';

/** Every other result is marked with a dash. */
const MARKS: Partial<Record<NamedFinding['result'], string>> = { passed: '✓', failed: '✗' };
const VERDICTS = ['Nothing failed', 'Something failed', 'Nothing failed, but not everything could be told'];

/** 0: nothing failed. 1: something failed. 2: nothing failed, but something that decides could not be told. */
export function exitCodeOf(findings: NamedFinding[]): 0 | 1 | 2 {
  const results = findings.map(({ result }) => result);
  if (results.includes('failed')) return 1;
  return results.includes('could not tell') ? 2 : 0;
}

/** A line for each finding, causes and the next step indented below, and a last line that counts. */
export function asText(findings: NamedFinding[]): string {
  const shown = foldSkipped(findings);
  const width = Math.max(...shown.map(({ check }) => check.length));
  const lines = shown.flatMap(({ check, result, message, causes, next }) => [
    `${MARKS[result] ?? '–'} ${check.padEnd(width)}  ${message}`,
    ...[causes && `Possible causes: ${causes}`, next]
      .filter(Boolean)
      .map((text) => `${' '.repeat(width + 4)}${text}`),
  ]);
  return `${[...lines, '', summary(findings)].join('\n')}\n`;
}

/** Skipped checks that depend on the same failure share one line, the last. */
function foldSkipped(findings: NamedFinding[]): NamedFinding[] {
  const skipped = findings.filter((finding) => finding.result === 'skipped');
  const groups = [...Map.groupBy(skipped, ({ because = '' }) => because)];
  const folded = groups.map(([because, group]): NamedFinding => {
    const message = `Because “${because}” failed: ${group.map(({ check }) => check).join(', ')}.`;
    return { check: 'not checked', result: 'skipped', message, because };
  });
  return [...findings.filter(({ result }) => result !== 'skipped'), ...folded];
}

function summary(findings: NamedFinding[]): string {
  const count = (result: string) => findings.filter((finding) => finding.result === result).length;
  const rest = `${count('passed')} passed, ${count('failed')} failed, ${count('could not tell')} could not be told, ${count('skipped')} not checked, ${count('warning')} to look at.`;
  return `${VERDICTS[exitCodeOf(findings)]}: ${rest}`;
}

/**
 * One JSON document: `{ ok, checks: [{ check, result, message, causes?, next?, because? }] }`. `ok` is true if the exit
 * code is 0; `result` is passed, failed, warning, could not tell, skipped or note.
 */
export function asJson(findings: NamedFinding[]): string {
  return `${JSON.stringify({ ok: exitCodeOf(findings) === 0, checks: findings }, null, 2)}\n`;
}
