// The parts of oidc-provider that the sandbox uses, loaded without its warning about the Node.js release.

// The order matters: imports run in the order of the file, and the library prints its warning while it loads.
import { restoreWarnings } from './runtime-warning.ts';

export { errors, interactionPolicy, Provider } from 'oidc-provider';

restoreWarnings();
