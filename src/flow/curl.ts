// A request of the flow as a curl command, in the format of PingOne's own examples. It never contains a
// secret: it has a variable instead of the client secret, and a placeholder such as [secret, 43 characters]
// instead of every other secret.

import type { ExchangeEvent } from './record.ts';

type Request = Pick<ExchangeEvent, 'method' | 'url' | 'headers' | 'parameters'>;

/** The command, over several lines, for a POSIX shell. */
export function curlCommand({ method, url, headers, parameters = [] }: Request): string {
  const query = method === 'GET' && parameters.length > 0 ? ' --get' : '';
  return command(`curl --globoff${query} ${quoted(url)}`, headersOf(headers), parameters.map(data));
}

/**
 * The token request with client_secret_basic: client ID and client secret in a header instead of the form.
 */
export function curlCommandWithBasic({ url, headers, parameters = [] }: Request): string {
  const [, clientId = ''] = parameters.find(([name]) => name === 'client_id') ?? [];
  const rest = parameters.filter(([name]) => name !== 'client_id' && name !== 'client_secret');
  const user = `--user ${quoted(`${clientId}:`)}"$PINGONE_CLIENT_SECRET"`;
  return command(`curl --globoff ${quoted(url)}`, [user, ...headersOf(headers)], rest.map(data));
}

function command(first: string, ...options: string[][]): string {
  return [first, ...options.flat()].join(' \\\n');
}

function headersOf(headers: Record<string, string> = {}): string[] {
  return Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`);
}

function data([name, value]: [string, string]): string {
  if (name === 'client_secret') return '--data-urlencode "client_secret=$PINGONE_CLIENT_SECRET"';
  return `--data-urlencode ${quoted(`${name}=${value}`)}`;
}

/** In single quotes, a shell changes nothing. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
