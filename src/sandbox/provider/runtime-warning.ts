// Hides one warning of oidc-provider: that this Node.js release has no long-term support.

const terminal = globalThis.console;
const warn = terminal.warn;

// The warning is correct until the release line gets long-term support, but it would be the first thing that a new user
// reads. It does not mean that the sandbox fails: the tests run on the same Node.js.
terminal.warn = function warnOfOthers(...words: unknown[]) {
  const [first] = words;
  if (typeof first === 'string' && first.includes('oidc-provider WARNING: Unsupported runtime')) return;
  warn.apply(terminal, words);
};

/** Shows all warnings again, after oidc-provider is loaded. */
export function restoreWarnings() {
  terminal.warn = warn;
}
