// What needs no PingOne: the environment, which provider it names, whether the app could listen, and what to enter in the
// console.

import { createServer } from 'node:http';
import { ConfigError, readConfig } from '../config/index.ts';
import { listen, StartError } from '../server.ts';
import { type Check, type Context, type Finding, known, urisOf } from './check.ts';

/** Every problem of the environment, a line each, as `npm start` would refuse it. */
export const environment: Check = { name: 'environment', needs: [], run: checkEnvironment };

async function checkEnvironment(context: Context): Promise<Finding[]> {
  try {
    context.config = readConfig(context.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({ result: 'failed', ...findingAndNext(problem) }));
  }
  const warnings = context.config.warnings.map((text): Finding => ({ result: 'warning', message: text }));
  return [{ result: 'passed', message: 'Every variable can be used.' }, ...warnings];
}

/** The issuer to check; with none of the three PINGONE values the sandbox, started for this. */
export const provider: Check = { name: 'provider', needs: ['environment'], run: checkProvider };

async function checkProvider(context: Context): Promise<Finding[]> {
  const { pingOne, sandboxPort } = known(context.config);
  if (pingOne) {
    context.provider = pingOne;
    return [{ result: 'passed', message: `As configured: ${pingOne.issuer}.` }];
  }
  try {
    // Only here is it loaded: a production install has none of its packages.
    const { startSandbox } = await import('../sandbox/sandbox.ts');
    const sandbox = await startSandbox({ port: sandboxPort, ...urisOf(context) });
    context.provider = sandbox;
    context.cleanUp.push(sandbox.close);
    const message =
      'The sandbox, started for this: none of the three PINGONE values is set. Below, PingOne means the sandbox.';
    return [{ result: 'passed', message }];
  } catch (error) {
    return [{ result: 'failed', ...sandboxFault(error, sandboxPort) }];
  }
}

const NOT_INSTALLED =
  'The sandbox is not installed (npm ci --omit=dev). Set PINGONE_ISSUER, PINGONE_CLIENT_ID and PINGONE_CLIENT_SECRET, or run npm ci.';

function sandboxFault(error: unknown, port: number): { message: string; next: string } {
  const { code, syscall }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  if (code === 'ERR_MODULE_NOT_FOUND') return findingAndNext(NOT_INSTALLED);
  if (syscall !== 'listen') throw error;
  const fault = findingAndNext(StartError.ofListening(error, port, '127.0.0.1', 'SANDBOX_PORT').message);
  return { ...fault, message: `The sandbox could not start. ${fault.message}` };
}

/** Whether `npm start` could listen at HOST and PORT. */
export const port: Check = { name: 'port', needs: ['environment'], run: checkPort };

async function checkPort(context: Context): Promise<Finding[]> {
  const { port, host } = known(context.config);
  const server = createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [{ result: 'failed', ...findingAndNext(error.message) }];
  }
  await new Promise((resolve) => server.close(resolve));
  return [{ result: 'passed', message: `Port ${port} of ${host} is free.` }];
}

/** The addresses of this app as the console of PingOne needs them. None is checked here. */
export const consoleValues: Check = { name: 'console', needs: ['environment'], run: showConsoleValues };

async function showConsoleValues(context: Context): Promise<Finding[]> {
  const { redirectUri, signOffUrl } = urisOf(context);
  const { baseUrl } = known(context.config);
  const message = `Enter exactly: Redirect URI ${redirectUri}, Signoff URL ${signOffUrl}, Initiate Login URI ${baseUrl}/login`;
  const next = `Only the application portal needs Initiate Login URI. Target Link URI is optional: the page after the sign-in, such as ${baseUrl}/profile`;
  return [{ result: 'note', message, next }];
}

/** The first sentence says what was found, the others what to do. A period within quotes or a name ends none. */
function findingAndNext(text: string): { message: string; next: string } {
  const [, message = text, next = 'See .env.example, which explains each variable.'] =
    /^((?:"(?:[^"\\]|\\.)*"|[^".]|\.(?! ))*\.) (.+)$/s.exec(text) ?? [];
  return { message, next };
}
