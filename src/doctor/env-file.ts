// The file .env as Node.js reads it: without quotes, a value ends at its first #; in quotes, at the next quote.

import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import type { Check, Context, Finding } from './check.ts';

/** No other line shows the values of these, so a missing end would not be seen. */
const SECRET_NAME = /SECRET|REDIS/;

/** A line for each secret in use whose end was cut off. If there is none, no line. */
export const envFile: Check = { name: '.env', needs: [], run: checkEnvFile };

async function checkEnvFile(context: Context): Promise<Finding[]> {
  const text = context.envFile ? await readFile(context.envFile, 'utf8').catch(() => '') : '';
  const values = parseEnv(text);
  return text.split('\n').flatMap((line, index): Finding[] => {
    const [, name = '', written = ''] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*)$/.exec(line.trimEnd()) ?? [];
    const value = values[name] ?? '';
    // A value of the shell wins over the file.
    const isInUse = (context.env[name] ?? '') === value;
    if (!SECRET_NAME.test(name) || !isInUse || !isCut(written, value)) return [];
    const message = `Line ${index + 1}: a # or a quote within the value cuts off the end of ${name}.`;
    const next = `Put the value in quotes that it does not contain: ${name}="…" or '…'. If a comment starts there, write a space before the #.`;
    return [{ result: 'failed', message, next }];
  });
}

/** A # starts a comment behind white space or a closing quote. */
function isCut(written: string, value: string): boolean {
  const [quote = ''] = /^["'`]?/.exec(written) ?? [];
  const read = `${quote}${value}${quote}`;
  const rest = written.slice(read.length);
  const isMore = quote ? /^\s*[^\s#]/ : value ? /^#/ : /^#\S/;
  return written.startsWith(read) && isMore.test(rest);
}
