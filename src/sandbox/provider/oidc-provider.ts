/** What the sandbox runs of oidc-provider, loaded without its warning about the Node.js release. */
// The order matters: imports are evaluated as they are written, and the warning comes while the library loads.
import { restoreWarnings } from './runtime-warning.ts';

export { errors, interactionPolicy, Provider } from 'oidc-provider';

restoreWarnings();
