// The process of `npm run doctor`: one examination, printed, and 1 as exit code if something failed.

import { argv, env, exit, stderr, stdout } from 'node:process';
import { examine } from './doctor.ts';
import { asJson, asText, isSound } from './report.ts';

const USAGE = 'Usage: npm run doctor, or, for scripts: npm run --silent doctor -- --json\n';

const [argument, ...more] = argv.slice(2);
if (more.length > 0 || (argument !== undefined && argument !== '--json')) {
  stderr.write(USAGE);
  exit(1);
}
const findings = await examine(env);
stdout.write(argument === '--json' ? asJson(findings) : asText(findings));
process.exitCode = isSound(findings) ? 0 : 1;
