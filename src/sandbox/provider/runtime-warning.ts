/** Keeps one warning of oidc-provider off the terminal: that this Node.js release has no long-term support. */
const terminal = globalThis.console;
const warn = terminal.warn;

// The warning is true of the months before a release line gets that support, and would be the first thing that a new
// user reads. The tests run on this Node.js, so it says nothing about whether the sandbox works.
terminal.warn = function warnOfAllElse(...words: unknown[]) {
  const [first] = words;
  if (typeof first === 'string' && first.includes('oidc-provider WARNING: Unsupported runtime')) return;
  warn.apply(terminal, words);
};

/** Gives the terminal back, once oidc-provider is loaded. */
export function restoreWarnings() {
  terminal.warn = warn;
}
