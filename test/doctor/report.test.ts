// The runner and the two reports, with checks made for it.

import { expect, test } from 'vitest';
import { type Check, type Finding, known, runChecks } from '../../src/doctor/check.ts';
import { asJson, asText, exitCodeOf } from '../../src/doctor/report.ts';

function check(name: string, needs: string[], ...findings: Finding[]): Check {
  return { name, needs, run: async () => findings };
}

const failed: Finding = { result: 'failed', message: 'It is wrong.', next: 'Mend it.' };
const passed: Finding = { result: 'passed', message: 'It is right.' };
const unclear: Finding = { result: 'could not tell', message: 'Could not tell.' };
const warning: Finding = { result: 'warning', message: 'It is odd.', next: 'Look at it.' };
const note: Finding = { result: 'note', message: 'Enter this.' };
const run = (...checks: Check[]) => runChecks(checks, { env: {}, cleanUp: [] });

test('a line for each finding, causes and the next step below it, and a last line that counts', async () => {
  const findings = await run(
    check('first', [], passed, warning),
    check('the second', ['first'], { ...failed, causes: 'It rains.' }),
    check('third', ['the second'], passed),
    check('fourth', ['third'], passed),
    check('fifth', ['first'], unclear),
    check('sixth', ['fifth'], passed),
    check('seventh', ['first', 'fourth'], passed),
    check('last', [], note),
  );
  expect(asText(findings)).toBe(`✓ first        It is right.
– first        It is odd.
               Look at it.
✗ the second   It is wrong.
               Possible causes: It rains.
               Mend it.
– fifth        Could not tell.
✓ sixth        It is right.
– last         Enter this.
– not checked  Because “the second” failed: third, fourth, seventh.

Something failed: 2 passed, 1 failed, 1 could not be told, 3 not checked, 1 to look at.
`);
  const skipped = {
    result: 'skipped',
    message: 'Not checked, because “the second” failed.',
    because: 'the second',
  };
  expect(JSON.parse(asJson(findings))).toEqual({
    ok: false,
    checks: [
      { check: 'first', ...passed },
      { check: 'first', ...warning },
      { check: 'the second', ...failed, causes: 'It rains.' },
      { check: 'third', ...skipped },
      { check: 'fourth', ...skipped },
      { check: 'fifth', ...unclear },
      { check: 'sixth', ...passed },
      { check: 'seventh', ...skipped },
      { check: 'last', ...note },
    ],
  });
});

test('what depends on two failures is named once, with the first', async () => {
  const findings = await run(
    check('one', [], failed),
    check('two', [], failed),
    check('after two', ['two'], passed),
    check('after both', ['one', 'two'], passed),
  );
  expect(asText(findings).split('\n').slice(4, 6)).toEqual([
    '– not checked  Because “two” failed: after two.',
    '– not checked  Because “one” failed: after both.',
  ]);
});

test.each<[Finding[], 0 | 1 | 2, string]>([
  [[passed], 0, 'Nothing failed: '],
  [[passed, warning, note], 0, 'Nothing failed: '],
  [[passed, unclear, warning], 2, 'Nothing failed, but not everything could be told: '],
  [[unclear, failed, passed], 1, 'Something failed: '],
])('exit code and last line of %o', async (findings, exitCode, verdict) => {
  const all = await run(check('only', [], ...findings));
  expect(exitCodeOf(all)).toBe(exitCode);
  expect(JSON.parse(asJson(all)).ok).toBe(exitCode === 0);
  expect(asText(all)).toContain(`\n${verdict}`);
});

test('words from outside stay on one line, and no line is endless', async () => {
  const long = `a\n✓ b\u001b[2J${'c'.repeat(5000)}`;
  const [finding] = await run(check('only', [], { ...failed, message: long, next: long }));
  for (const text of [finding?.message, finding?.next]) {
    expect(text).toMatch(/^a ✓ b \[2Jc+…$/);
    expect(text).toHaveLength(601);
  }
});

test('a check that throws has failed, without its words, and what needs it is skipped', async () => {
  const broken: Check = {
    name: 'broken',
    needs: [],
    run: async () => [known<Finding>(undefined)],
  };
  const leaking: Check = {
    name: 'leaking',
    needs: [],
    run: () => Promise.reject(new RangeError('canary')),
  };
  const findings = await run(broken, leaking, check('after', ['leaking'], passed));
  expect(findings.map(({ result, message }) => `${result}: ${message}`)).toEqual([
    'failed: The check itself failed (TypeError).',
    'failed: The check itself failed (RangeError).',
    'skipped: Not checked, because “leaking” failed.',
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});
