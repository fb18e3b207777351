// The runner and the two reports, with checks made for it.

import { expect, test } from 'vitest';
import { type Check, type Finding, known, runChecks } from '../../src/doctor/check.ts';
import { asJson, asText, isSound } from '../../src/doctor/report.ts';

function check(name: string, needs: string[], ...findings: Finding[]): Check {
  return { name, needs, run: async () => findings };
}

const failed: Finding = { result: 'failed', message: 'It is wrong.', next: 'Mend it.' };
const passed: Finding = { result: 'passed', message: 'It is right.' };
const unclear: Finding = { result: 'could not tell', message: 'Could not tell.' };
const warning: Finding = { result: 'warning', message: 'It is odd.', next: 'Look at it.' };
const run = (...checks: Check[]) => runChecks(checks, { env: {}, cleanUp: [] });

test('a line for each finding, what to do below it, and a last line that counts', async () => {
  const findings = await run(
    check('first', [], passed, warning),
    check('the second', ['first'], failed),
    check('third', ['the second'], passed),
    check('fourth', ['third'], passed),
    check('fifth', ['first'], unclear),
    check('sixth', ['fifth'], passed),
  );
  expect(asText(findings)).toBe(`✓ first       It is right.
– first       It is odd.
              Look at it.
✗ the second  It is wrong.
              Mend it.
– third       Not checked, because this failed: the second.
– fourth      Not checked, because this failed: the second.
– fifth       Could not tell.
✓ sixth       It is right.

Something failed: 2 passed, 1 failed, 1 could not be told, 2 not checked, 1 to look at.
`);
  expect(JSON.parse(asJson(findings))).toEqual({
    ok: false,
    checks: [
      { check: 'first', ...passed },
      { check: 'first', ...warning },
      { check: 'the second', ...failed },
      { check: 'third', result: 'skipped', message: 'Not checked, because this failed: the second.' },
      { check: 'fourth', result: 'skipped', message: 'Not checked, because this failed: the second.' },
      { check: 'fifth', ...unclear },
      { check: 'sixth', ...passed },
    ],
  });
});

test.each([
  [[passed], true],
  [[passed, warning, unclear], true],
  [[passed, failed, passed], false],
])('only a failure makes it unsound: %o', async (findings, sound) => {
  const all = await run(check('only', [], ...findings));
  expect(isSound(all)).toBe(sound);
  expect(JSON.parse(asJson(all)).ok).toBe(sound);
  expect(asText(all)).toContain(sound ? 'Nothing failed: ' : 'Something failed: ');
});

test('words from outside stay in one line, and no line has no end', async () => {
  const [finding] = await run(
    check('only', [], { ...passed, message: `a\n✓ b\u001b[2J${'c'.repeat(5000)}` }),
  );
  expect(finding?.message).toMatch(/^a ✓ b \[2Jc+$/);
  expect(finding?.message).toHaveLength(600);
});

test('a check that breaks fails without its words, and what needs it is left out', async () => {
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
    'failed: The check itself broke (TypeError).',
    'failed: The check itself broke (RangeError).',
    'skipped: Not checked, because this failed: leaking.',
  ]);
  expect(JSON.stringify(findings)).not.toContain('canary');
});
