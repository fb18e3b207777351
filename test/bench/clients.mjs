// The clients that are compared, and what each is made of.

/** Each name is also that of a file in clients/. */
export const CLIENTS = [
  { name: 'floor', title: 'the floor', packages: ['jose', 'undici'], checksSignature: true },
  { name: 'this-app', title: 'this app', checksSignature: true },
  {
    name: 'openid-client',
    title: 'openid-client 6 + express',
    packages: ['express', 'express-session', 'openid-client'],
    checksSignature: true,
  },
  {
    name: 'express-openid-connect',
    title: 'express-openid-connect 3',
    packages: ['express', 'express-session', 'express-openid-connect'],
    // It takes the connection to the token endpoint for proof enough (OpenID Connect Core 1.0, section 3.1.3.7, 6).
    checksSignature: false,
  },
  {
    name: 'passport',
    title: 'passport-openidconnect',
    packages: ['express', 'express-session', 'passport', 'passport-openidconnect'],
    checksSignature: false,
  },
];

/** What a client's process is started with, beside its file. */
export function execArgvOf({ execArgv = [] }) {
  return execArgv;
}
