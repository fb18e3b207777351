// Checks that do not need PingOne: the environment variables, the provider that they name, and the port. Also prints the
// URLs to enter in the console.

import { createServer } from 'node:http';
import { ConfigError, readConfig } from '../config/index.ts';
import { listen, StartError } from '../server.ts';
import { type DoctorCheck, type Examination, type Finding, required, urisOf } from './check.ts';

/** One finding for each problem that would keep `npm start` from starting, and for each warning. */
export const environment: DoctorCheck = { name: 'environment', needs: [], run: checkEnvironment };

async function checkEnvironment(context: Examination): Promise<Finding[]> {
  try {
    context.config = readConfig(context.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({ result: 'failed', ...messageAndNext(problem) }));
  }
  const warnings = context.config.warnings.map((text): Finding => ({ result: 'warning', message: text }));
  return [{ result: 'passed', message: 'All variables are valid.' }, ...warnings];
}

/** The provider to check. If none of the three PINGONE variables is set, starts the sandbox. */
export const provider: DoctorCheck = { name: 'provider', needs: ['environment'], run: checkProvider };

async function checkProvider(context: Examination): Promise<Finding[]> {
  const { pingOne, sandboxPort } = required(context.config);
  if (pingOne) {
    context.provider = pingOne;
    return [{ result: 'passed', message: `As configured: ${pingOne.issuer}.` }];
  }
  try {
    // Loaded only here, because a production installation does not have its packages.
    const { startSandbox } = await import('../sandbox/sandbox.ts');
    const sandbox = await startSandbox({ port: sandboxPort, ...urisOf(context) });
    context.provider = sandbox;
    context.cleanUp.push(sandbox.close);
    const message =
      'None of the three PINGONE variables is set, so the doctor started the sandbox. Below, PingOne means the sandbox.';
    return [{ result: 'passed', message }];
  } catch (error) {
    return [{ result: 'failed', ...sandboxProblem(error, sandboxPort) }];
  }
}

const NOT_INSTALLED =
  'The sandbox is not installed (npm ci --omit=dev). Set PINGONE_ISSUER, PINGONE_CLIENT_ID, and PINGONE_CLIENT_SECRET, or run npm ci.';

function sandboxProblem(error: unknown, port: number): { message: string; next: string } {
  const { code, syscall }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  if (code === 'ERR_MODULE_NOT_FOUND') return messageAndNext(NOT_INSTALLED);
  if (syscall !== 'listen') throw error;
  const problem = messageAndNext(StartError.ofListening(error, port, '127.0.0.1', 'SANDBOX_PORT').message);
  return { ...problem, message: `The sandbox could not start. ${problem.message}` };
}

/** Checks that `npm start` could listen on HOST and PORT. */
export const port: DoctorCheck = { name: 'port', needs: ['environment'], run: checkPort };

async function checkPort(context: Examination): Promise<Finding[]> {
  const { port, host } = required(context.config);
  const server = createServer();
  try {
    await listen(server, port, host);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [{ result: 'failed', ...messageAndNext(error.message) }];
  }
  await new Promise((resolve) => server.close(resolve));
  return [{ result: 'passed', message: `Port ${port} of ${host} is free.` }];
}

/** Prints the URLs of this app to enter in the console of PingOne. Checks nothing. */
export const consoleValues: DoctorCheck = { name: 'console', needs: ['environment'], run: showConsoleValues };

async function showConsoleValues(context: Examination): Promise<Finding[]> {
  const { redirectUri, signOffUrl } = urisOf(context);
  const { baseUrl } = required(context.config);
  return [
    `Redirect URI, exactly: ${redirectUri}`,
    `Signoff URL, exactly: ${signOffUrl}`,
    `Initiate Login URI, only for the application portal: ${baseUrl}/login`,
    `Target Link URI, an optional page to open from the application portal: ${baseUrl}/profile`,
  ].map((message) => ({ result: 'note', message }));
}

/** The first sentence is the message, and the others say what to do. A period in quotes or in a name ends no sentence. */
function messageAndNext(text: string): { message: string; next: string } {
  const [, message = text, next = 'See .env.example, which explains each variable.'] =
    /^((?:"(?:[^"\\]|\\.)*"|[^".]|\.(?! ))*\.) (.+)$/s.exec(text) ?? [];
  return { message, next };
}
