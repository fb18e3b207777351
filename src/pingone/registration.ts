// What both sides know of this app: its settings in PingOne (Applications > Applications > your application).

/** The application as it is registered in PingOne. */
export interface Registration {
  /** As the console shows it; compared byte for byte. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Space-separated, with openid. */
  scope: string;
  redirectUri: string;
  /** Registered as a Signoff URL: where PingOne sends the browser back to (post_logout_redirect_uri). */
  signOffUrl: string;
}
