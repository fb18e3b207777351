// The process of `npm run doctor`: one examination, printed, and the exit code of the report.

import { argv, env, exit, stderr, stdout } from 'node:process';
import { examine } from './doctor.ts';
import { asJson, asText, exitCodeOf } from './report.ts';

const USAGE = 'Usage: npm run doctor, or, for scripts: npm run --silent doctor -- --json\n';

const [argument, ...more] = argv.slice(2);
if (more.length > 0 || (argument !== undefined && argument !== '--json')) {
  stderr.write(USAGE);
  exit(1);
}
// The file of package.json's --env-file-if-exists, which has put its values into `env`.
const findings = await examine(env, '.env');
stdout.write(argument === '--json' ? asJson(findings) : asText(findings));
process.exitCode = exitCodeOf(findings);
