// The command line of `npm run sandbox`. It registers another app, with the settings that the PingOne console has.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StartError } from '../server.ts';
import type { SandboxOptions } from './sandbox.ts';

export const USAGE = readFileSync(new URL('usage.txt', import.meta.url), 'utf8');

const URI_ADVICE =
  'Use an https:// URL without a fragment. As in PingOne, http:// is allowed for localhost and 127.0.0.1 only.';
const CLIENT_ADVICE = 'Use 1 to 200 characters: letters, digits, and . _ ~ -';

/** The format of each option's values, and what to write if a value is not valid. */
const RULES: readonly [names: RegExp, isValid: (value: string) => boolean, advice: string][] = [
  [/-ur[il]$/, isUri, URI_ADVICE],
  // These characters need no quotes in a shell or in an .env file.
  [/^client-/, (value) => /^[\w.~-]{1,200}$/.test(value), CLIENT_ADVICE],
  [/^pkce$/, (value) => /^(optional|required)$/.test(value), 'Use optional or required.'],
  [/^port$/, (value) => /^\d{1,5}$/.test(value) && Number(value) < 65_536, 'Use a number from 0 to 65535.'],
  [/^host$/, (value) => /^[\w.:-]{1,255}$/.test(value), 'Use an IP address or a host name.'],
];

/** Whether only this machine can reach a server that listens on this host. */
export const listensLocally = (host: string) => /^(localhost|127\.0\.0\.1|::1)$/.test(host);

/**
 * Reads the arguments of the command.
 *
 * @param nodeEnv NODE_ENV
 * @throws StartError that names every problem, without the client secret
 */
export function readCommandLine(args: string[], nodeEnv?: string): SandboxOptions {
  const values = parse(args);
  const problems = Object.entries(values).flatMap(([name, value]) => {
    const [, isValid, advice] = RULES.find(([names]) => names.test(name)) ?? [];
    const wrong = [value].flat().filter((one) => isValid?.(one) === false);
    return wrong.map(
      (one) => `--${name}${name === 'client-secret' ? '' : ` ${JSON.stringify(one)}`}: ${advice}`,
    );
  });
  const { 'redirect-uri': redirectUri, 'sign-off-url': signOffUrl, host } = values;
  if (redirectUri.length === 0) problems.push('--redirect-uri is missing.');
  if (nodeEnv === 'production' && !listensLocally(host)) {
    problems.push('--host: With NODE_ENV=production, the sandbox does not listen on a network.');
  }
  if (problems.length > 0) throw usageError(problems);
  return {
    ...{ redirectUri, signOffUrl, host, port: Number(values.port), isOtherApp: true },
    ...{ clientId: values['client-id'], clientSecret: values['client-secret'] },
    ...{ initiateLoginUri: values['initiate-login-uri'], targetLinkUri: values['target-link-uri'] },
    pkce: values.pkce === 'required' ? 'required' : 'optional',
  };
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    const list = { ...text, multiple: true, default: [] as string[] } as const;
    const options = {
      ...{ 'redirect-uri': list, 'sign-off-url': list, 'client-id': text, 'client-secret': text },
      ...{ 'initiate-login-uri': text, 'target-link-uri': text, pkce: { ...text, default: 'optional' } },
      ...{ port: { ...text, default: '3001' }, host: { ...text, default: '127.0.0.1' } },
    };
    return parseArgs({ args, options }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Node's message about a value without an option would quote the value, which may be a secret.
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') throw usageError([STRAY_VALUE]);
    const [option] = /--?[\w-]+/.exec(message) ?? [];
    throw usageError([`${option} ${code?.endsWith('_VALUE') ? 'needs a value' : 'is not an option'}.`]);
  }
}

const STRAY_VALUE =
  'There is a value without an option. If you left out -- after "npm run sandbox", npm read the options itself. Write: npm run sandbox -- --redirect-uri <URI>';

function usageError(problems: string[]) {
  return new StartError(`${problems.join('\n')}\n\nFor all options: npm run sandbox -- --help`);
}

/** Whether PingOne would accept this redirect URI. */
function isUri(value: string) {
  const url = URL.parse(value);
  if (url === null || /[\s#]/.test(value)) return false;
  const isLocal = /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}
