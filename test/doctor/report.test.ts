// The runner and the two reports, with checks that are made for these tests.

import { expect, test } from 'vitest';
import { type DoctorCheck, type Finding, required, runChecks } from '../../src/doctor/check.ts';
import { asJson, asText, exitCodeOf } from '../../src/doctor/report.ts';

function check(name: string, needs: string[], ...findings: Finding[]): DoctorCheck {
  return { name, needs, run: async () => findings };
}

const failed: Finding = { result: 'failed', message: 'It is wrong.', next: 'Repair it.' };
const passed: Finding = { result: 'passed', message: 'It is right.' };
const unclear: Finding = { result: 'unclear', message: 'Unclear: it is cloudy.' };
const warning: Finding = { result: 'warning', message: 'It is odd.', next: 'Look at it.' };
const note: Finding = { result: 'note', message: 'Enter this.' };
const run = (...checks: DoctorCheck[]) => runChecks(checks, { env: {}, cleanUp: [] });

test('each finding has a line, with causes and the next step below it; the last line is a summary', async () => {
  const findings = await run(
    check('first', [], passed, warning),
    check('the second', ['first'], { ...failed, causes: ['It rains.', 'It snows.'] }),
    check('third', ['the second'], passed),
    check('fourth', ['third'], passed),
    check('fifth', ['first'], unclear),
    check('sixth', ['fifth'], passed),
    check('seventh', ['first', 'fourth'], passed),
    check('last', [], note),
  );
  expect(asText(findings)).toBe(`✓ first       It is right.
! first       Warning: It is odd.
              Next step: Look at it.
✗ the second  It is wrong.
              Possible causes:
              1. It rains.
              2. It snows.
              Next step: Repair it.
? fifth       Unclear: it is cloudy.
✓ sixth       It is right.
– last        Enter this.
– skipped     Not checked, because “the second” failed: third, fourth, seventh.

At least one check failed. Passed: 2, failed: 1, unclear: 1, skipped: 3, warnings: 1.
`);
  const skipped = {
    result: 'skipped',
    message: 'Skipped, because “the second” failed.',
    because: 'the second',
  };
  expect(JSON.parse(asJson(findings))).toEqual({
    ok: false,
    checks: [
      { check: 'first', ...passed },
      { check: 'first', ...warning },
      { check: 'the second', ...failed, causes: ['It rains.', 'It snows.'] },
      { check: 'third', ...skipped },
      { check: 'fourth', ...skipped },
      { check: 'fifth', ...unclear },
      { check: 'sixth', ...passed },
      { check: 'seventh', ...skipped },
      { check: 'last', ...note },
    ],
  });
});

test('a check that depends on two failures is listed once, with the first failure', async () => {
  const findings = await run(
    check('one', [], failed),
    check('two', [], failed),
    check('after two', ['two'], passed),
    check('after both', ['one', 'two'], passed),
  );
  expect(asText(findings).split('\n').slice(4, 6)).toEqual([
    '– skipped  Not checked, because “two” failed: after two.',
    '– skipped  Not checked, because “one” failed: after both.',
  ]);
});

test.each<[Finding[], 0 | 1 | 2, string]>([
  [[passed], 0, 'No check failed. '],
  [[passed, warning, note], 0, 'No check failed. '],
  [[passed, unclear, warning], 2, 'No check failed, but at least one result is unclear. '],
  [[unclear, failed, passed], 1, 'At least one check failed. '],
])('exit code and last line of %o', async (findings, exitCode, verdict) => {
  const all = await run(check('only', [], ...findings));
  expect(exitCodeOf(all)).toBe(exitCode);
  expect(JSON.parse(asJson(all)).ok).toBe(exitCode === 0);
  expect(asText(all)).toContain(`\n${verdict}`);
});

test('text from outside stays on one line, and each line has a limit', async () => {
  const long = `a\n✓ b\u001b[2J${'c'.repeat(5000)}`;
  const [finding] = await run(check('only', [], { ...failed, message: long, next: long }));
  for (const text of [finding?.message, finding?.next]) {
    expect(text).toMatch(/^a ✓ b \[2Jc+…$/);
    expect(text).toHaveLength(601);
  }
});

test('a check that throws has failed, its message is not shown, and checks that need it are skipped', async () => {
  const broken: DoctorCheck = {
    name: 'broken',
    needs: [],
    run: async () => [required<Finding>(undefined)],
  };
  const leaking: DoctorCheck = {
    name: 'leaking',
    needs: [],
    run: () => Promise.reject(new RangeError('canary')),
  };
  const findings = await run(broken, leaking, check('after', ['leaking'], passed));
  expect(findings.map(({ result, message }) => `${result}: ${message}`)).toEqual([
    'failed: The check itself failed (TypeError).',
    'failed: The check itself failed (RangeError).',
    'skipped: Skipped, because “leaking” failed.',
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});
