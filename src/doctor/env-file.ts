// The file .env as Node.js reads it: a value without quotes ends at the first #, and a value in quotes at the next quote.

import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { DoctorCheck, Examination, Finding } from './check.ts';

/** No other line shows the values of these variables, so users would not notice that the end is missing. */
const SECRET_NAME = /SECRET|REDIS/;

/** One finding for each secret in use whose end was cut off; otherwise none. */
export const envFile: DoctorCheck = { name: '.env', needs: [], run: checkEnvFile };

async function checkEnvFile(context: Examination): Promise<Finding[]> {
  const text = context.envFile ? await readFile(context.envFile, 'utf8').catch(() => '') : '';
  const values = parseEnv(text);
  return text.split('\n').flatMap((line, index): Finding[] => {
    const [, name = '', written = ''] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*)$/.exec(line.trimEnd()) ?? [];
    const value = values[name] ?? '';
    // A variable of the shell overrides the file.
    const isInUse = (context.env[name] ?? '') === value;
    if (!SECRET_NAME.test(name) || !isInUse || !isCut(written, value)) return [];
    const message = `Line ${index + 1}: a # or a quote within the value cuts off the end of ${name}.`;
    const next = `Put the value in quotes of a kind that it does not contain: ${name}="…" or '…'. If the # starts a comment, put a space before it.`;
    return [{ result: 'failed', message, next }];
  });
}

/** A # starts a comment only after white space or a closing quote. */
function isCut(written: string, value: string): boolean {
  const [quote = ''] = /^["'`]?/.exec(written) ?? [];
  const read = `${quote}${value}${quote}`;
  const rest = written.slice(read.length);
  const isMore = quote ? /^\s*[^\s#]/ : value ? /^#/ : /^#\S/;
  return written.startsWith(read) && isMore.test(rest);
}
