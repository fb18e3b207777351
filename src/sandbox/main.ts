// The process of `npm run sandbox`: the sandbox for another app. Only the values for that app's `.env` go to stdout.

import { argv, env, exit, stderr, stdout } from 'node:process';
import { StartError } from '../server.ts';
import { listensLocally, readCommandLine, USAGE } from './command-line.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';

const args = argv.slice(2);
if (args.includes('--help')) {
  stdout.write(USAGE);
  exit(0);
}
try {
  const options = readCommandLine(args, env['NODE_ENV']);
  const sandbox = await start(options);
  printSettings(options, sandbox);
  const stop = () => sandbox.close().then(() => exit(0));
  // `on`, not `once`: the process can receive a signal twice, from the terminal and from npm.
  process.on('SIGINT', stop).on('SIGTERM', stop);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  stderr.write(`${error.message}\n`);
  exit(1);
}

async function start(options: SandboxOptions): Promise<Sandbox> {
  const { startSandbox } = await import('./sandbox.ts').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new StartError('The sandbox is not installed (npm ci --omit=dev). Run npm ci.');
  });
  return startSandbox(options).catch((error: NodeJS.ErrnoException) => {
    const { port, host = '' } = options;
    throw error.syscall ? StartError.ofListening(error, port, host, '--port and --host') : error;
  });
}

function printSettings(options: SandboxOptions, { issuer, clientId, clientSecret }: Sandbox) {
  const { host = '', redirectUri, signOffUrl, pkce } = options;
  if (!listensLocally(host)) {
    stderr.write(`
  WARNING: The sandbox listens on ${host}. Everyone who can reach this network address can sign in to your app
  as any of the sample users. Use --host only in a container or in a private network.
`);
  }
  stderr.write(`
  Home page and faults   ${new URL(issuer).origin}/
  Discovery document     ${issuer}/.well-known/openid-configuration
  Redirect URI           ${[redirectUri].flat().join('\n                         ')}
  Signoff URL            ${[signOffUrl].flat().join('\n                         ') || '(none)'}
  PKCE                   ${pkce}
  Authentication method  Client Secret Post (client_secret_post)
  To stop                Ctrl+C

For the .env of your app:

`);
  const secret = options.clientSecret
    ? '# PINGONE_CLIENT_SECRET: the value of --client-secret'
    : `PINGONE_CLIENT_SECRET=${clientSecret}`;
  stdout.write(`PINGONE_ISSUER=${issuer}\nPINGONE_CLIENT_ID=${clientId}\n${secret}\n`);
}
