// A request of the flow as a curl command, in the form of PingOne's own examples. A secret is never in it: of the client
// secret the variable, of what was good for one time a gap.

import type { Exchange } from '../pingone/flow-exchange.ts';
import type { Parameter } from '../pingone/flow-mask.ts';

/** The command, over several lines, for a POSIX shell. */
export function curlCommand({ method, url, headers, parameters }: Exchange): string {
  const query = method === 'GET' && parameters.length > 0 ? ' --get' : '';
  return command(`curl --globoff${query} ${quoted(url)}`, headers.map(header), parameters.map(dataOf));
}

/** How the token request would look with client_secret_basic: id and secret in a header instead of the form. */
export function curlCommandWithBasic({ url, headers, parameters }: Exchange): string {
  const clientId = parameters.find(({ name }) => name === 'client_id')?.value ?? '';
  const rest = parameters.filter(({ name }) => name !== 'client_id' && name !== 'client_secret');
  const user = `--user ${quoted(`${clientId}:`)}"$PINGONE_CLIENT_SECRET"`;
  return command(`curl --globoff ${quoted(url)}`, [user, ...headers.map(header)], rest.map(dataOf));
}

function command(first: string, ...options: string[][]): string {
  return [first, ...options.flat()].join(' \\\n');
}

function header({ name, value }: Parameter): string {
  return `--header ${quoted(`${name}: ${value}`)}`;
}

function dataOf({ name, value }: Parameter): string {
  if (name === 'client_secret') return '--data-urlencode "client_secret=$PINGONE_CLIENT_SECRET"';
  return `--data-urlencode ${quoted(`${name}=${value}`)}`;
}

/** Within single quotes a shell takes everything as it stands. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
