// The process of `npm run doctor`: runs all checks, prints the report, and sets the exit code.

import { argv, env, exit, stderr, stdout } from 'node:process';
import { examine } from './doctor.ts';
import { asJson, asText, exitCodeOf } from './report.ts';

const USAGE = 'Usage: npm run doctor\nIn scripts: npm run --silent doctor -- --json\n';

const [argument, ...more] = argv.slice(2);
if (argument === '--help') {
  stdout.write(`Checks the configuration of this app against PingOne. No user signs in.\n\n${USAGE}`);
  exit(0);
}
if (more.length > 0 || (argument !== undefined && argument !== '--json')) {
  stderr.write(USAGE);
  exit(1);
}
// The file that src/env-file.js has read into `env`.
const findings = await examine(env, '.env');
stdout.write(argument === '--json' ? asJson(findings) : asText(findings));
process.exitCode = exitCodeOf(findings);
