// The texts about errors are complete, do not repeat each other, and follow the style guide.

import { describe, expect, it } from 'vitest';
import {
  ERROR_CODES,
  type ErrorCode,
  type ErrorText,
  PageError,
  type ProviderName,
  textOf,
} from '../../src/error-texts/index.ts';
import { SignInError } from '../../src/pingone/index.ts';
import { RequestError } from '../../src/sign-in/index.ts';

type Facts = Parameters<typeof textOf>[0]['facts'];

const DISCOVERY = { step: 'discovery', status: 403 } as const;
/** Facts that select each branch of each entry whose texts depend on facts. */
const REPRESENTATIVE: Facts[] = [
  {},
  ...[
    'ENOTFOUND EAI_AGAIN ECONNREFUSED ECONNRESET EPIPE UND_ERR_SOCKET UND_ERR_PRX_CONN',
    'ERR_SSL_WRONG_VERSION_NUMBER ERR_SSL_PACKET_LENGTH_TOO_LONG CERT_HAS_EXPIRED CERT_NOT_YET_VALID',
    'ERR_TLS_CERT_ALTNAME_INVALID SELF_SIGNED_CERT_IN_CHAIN EPROTO toString __proto__',
  ]
    .flatMap((names) => names.split(' '))
    .map((networkCode) => ({ networkCode })),
  ...[401, 403, 429, 431, 500, 503].map((status) => ({ status })),
  ...[407, 403, 502].map((status) => ({ networkCode: 'PROXY_REFUSED', status })),
  { ...DISCOVERY, request: 'GET https://auth.pingone.eu/e/.well-known/openid-configuration' },
  { ...DISCOVERY, request: 'GET https://auth.pingone.eu/e/as/.well-known/openid-configuration' },
  { step: 'userinfo', status: 403 },
  ...[400, 429, 500, 503].map((status) => ({ step: 'refresh', status }) as const),
  ...['ECONNRESET', 'CERT_HAS_EXPIRED'].map((networkCode) => ({ step: 'refresh', networkCode }) as const),
  ...['application/jwt', 'text/html; charset=utf-8', 'text/plain'].map((contentType) => ({ contentType })),
  ...['status_not_200', 'too_many_fields', 'too_long'].map((why) => ({ why })),
  ...[
    'compressed',
    'state_not_from_this_app',
    'no_session',
    'auth_time',
    'other_port',
    'other_loopback_name',
    'other_name',
    'repeated',
  ].map((why) => ({ why })),
  { description: 'Request denied: Unsupported authentication method' },
  { description: 'Request denied: Invalid client credentials' },
  { description: 'May not request scopes for multiple resources' },
  { description: 'The acr_values sign-on policy is invalid' },
  { wwwAuthenticate: 'Bearer error="insufficient_scope"' },
  { found: 'http' },
  { count: 5, hasCookies: false, behindProxy: true },
];

/** All texts where this provider is in use. */
function casesAt(provider: ProviderName) {
  return ERROR_CODES.flatMap((code) =>
    REPRESENTATIVE.map((facts) => ({ code, text: textOf({ code, facts }, { provider }) })),
  );
}

const all = casesAt('PingOne');
/** The codes of requests to the provider in any step, so also at a refresh. */
const OF_ANY_STEP = ERROR_CODES.filter(
  (code) => /^(pingone|token)_/.test(code) && !('step' in new SignInError(code as SignInError['code']).facts),
);

/** For each sentence, the codes whose texts contain it. */
function codesBySentence(sentences: (text: ErrorText) => string[]): Map<string, Set<ErrorCode>> {
  const codes = new Map<string, Set<ErrorCode>>();
  for (const { code, text } of all) {
    for (const sentence of sentences(text)) codes.set(sentence, (codes.get(sentence) ?? new Set()).add(code));
  }
  return codes;
}

function sentencesOf({ title, what, visitor, operator }: ErrorText): string[] {
  return [title, what, visitor, operator.next, ...operator.causes];
}

describe('the catalogue', () => {
  it('has no title, cause or next step that two entries share word for word', () => {
    const codes = codesBySentence(sentencesOf);
    const shared = [...codes].filter(([, { size }]) => size > 1).map(([sentence]) => sentence);
    expect(shared).toEqual([]);
  });

  it('says for every error what happened, and what visitors and administrators can do', () => {
    for (const { code, text } of all) {
      expect(text.title, code).toMatch(/^[A-Z].{8,70}[^.]$/);
      expect(text.title, code).not.toContain('`');
      expect(text.operator.causes.length, code).toBeGreaterThan(0);
      for (const sentence of sentencesOf(text).slice(1)) {
        expect(sentence, code).toMatch(/^[A-Z`].*[.”]$/s);
        expect(sentence.split('`').length % 2, `${code}: backticks in pairs`).toBe(1);
      }
    }
  });

  it.each([
    /\b(who|any|some|no)(ever|body|one)\b/i,
    /\b(person|persons|people|answers?|answered|sealed|spent|licence|cancelled|JWKS|stand-in|seems?)\b/i,
    /that of|those of|to the letter|byte for byte|log(ged)? in\b|sign(ed)? on\b|\bfault\b/i,
    /\bapplication’s app\b|\bsetting of the app\b| {2}|\.\.| ,/,
  ])('contains nothing that the style guide bans: %s', (banned) => {
    const wrong = [...codesBySentence(sentencesOf).keys()].filter((sentence) => banned.test(sentence));
    expect(wrong).toEqual([]);
  });

  it('begins each next step with a verb', () => {
    const verbs =
      /^(Check|Compare|Configure|Copy|Correct|Find|Link|Look|Open|Read|Replace|Run|Send|Set|Start|Synchronize|Try|Turn|Use|Wait|In a script, handle|If|No action is needed)\b/;
    const wrong = [...codesBySentence(({ operator }) => [operator.next]).keys()].filter(
      (next) => !verbs.test(next),
    );
    expect(wrong).toEqual([]);
  });

  it('names no variable, console path or file in the texts for visitors', () => {
    const wrong = [...codesBySentence(({ title, what, visitor }) => [title, what, visitor]).keys()].filter(
      (visitor) => /[A-Z]+_[A-Z]+|Applications >|src\//.test(visitor),
    );
    expect(wrong).toEqual([]);
  });

  it('names the sandbox if it is in use, and never changes a fact', () => {
    const facts = {
      description: 'PingOne says no',
      found: 'PingOne',
      request: 'GET http://localhost:3001/PingOne',
    };
    for (const code of ERROR_CODES) {
      const text = textOf({ code, facts }, { provider: 'the sandbox' });
      expect(text.providerSaid).toBe('PingOne says no');
      expect(text.detail).toMatch(code === 'callback_malformed' ? 'has PingOne.' : '“PingOne”');
      expect(text.detail).toContain('/PingOne');
    }
    for (const { code, text } of casesAt('the sandbox')) {
      const { title, what, visitor, operator } = text;
      // Facts about the product keep its name.
      const product = /(not verified: |in a PingOne tenant, )[^.\n]*|PingOne(:| license|’s service status)/gi;
      const isInTenant = /^In a PingOne tenant, [a-z]/.test(operator.next);
      expect(isInTenant, code).toBe(operator.next.includes('Applications >'));
      const next = operator.next.replace(/^In a PingOne tenant, .*/, '');
      const shown = [title, what, visitor, next, ...operator.causes].join('\n').replaceAll(product, '');
      expect(shown, code).not.toContain('PingOne');
      expect(shown, code).not.toMatch(/(^|\. |“|tokens: )the sandbox/m);
      expect(shown, code).not.toMatch(/[^.“:\n] The sandbox/);
      const aboutProduct = /not verified: [^.]*the sandbox|the sandbox(:| license|’s service status)/i;
      expect(sentencesOf(text).join('\n'), code).not.toMatch(aboutProduct);
    }
  });

  it('says the same about PingOne and about the sandbox, except for the name and the place of the console', () => {
    const renamed = (sentence: string) =>
      sentence
        .replace(/^In a PingOne tenant, (.)/, (_, first: string) => first.toUpperCase())
        .replaceAll(/the sandbox/gi, 'PingOne');
    const atSandbox = casesAt('the sandbox').map(({ text }) => sentencesOf(text).map(renamed));
    expect(atSandbox).toEqual(casesAt('PingOne').map(({ text }) => sentencesOf(text)));
    expect(
      casesAt('PingOne')
        .flatMap(({ text }) => sentencesOf(text))
        .join(),
    ).not.toMatch(/sandbox|tenant/i);
  });

  it('names the causes that the facts select', () => {
    const causes = (code: ErrorCode, facts: Facts) => textOf({ code, facts }).operator.causes.join(' ');
    const withoutAs = 'GET https://auth.pingone.eu/e/.well-known/openid-configuration';
    expect(causes('pingone_blocked', { step: 'discovery', status: 403, request: withoutAs })).toContain(
      '`/as`',
    );
    expect(causes('pingone_blocked', { step: 'refresh', status: 403 })).not.toContain('`/as`');
    expect(causes('discovery_not_found', { request: withoutAs })).toContain('`/as`');
    expect(causes('pingone_unreachable', { networkCode: 'ENOTFOUND' })).toContain('host name');
    expect(causes('pingone_tls_failed', { networkCode: 'CERT_HAS_EXPIRED' })).toContain('expired');
    expect(causes('pingone_busy', { status: 429 })).toContain('license');
    const method = causes('token_invalid_client', { description: 'Unsupported authentication method' });
    expect(method).toContain('Client Secret Post');
    expect(method).not.toContain('PINGONE_CLIENT_SECRET');
    expect(causes('sign_in_cookie_missing', { hasCookies: false })).toContain('blocks cookies');
    expect(causes('sign_in_cookie_missing', { hasCookies: true })).not.toContain('blocks cookies');
    expect(causes('session_unavailable', { why: 'no_session' })).toMatch(/store.*middleware.*path/);
  });

  it('says at a refresh that the user is still signed in, and asks for no new sign-in', () => {
    const step = 'refresh';
    expect(OF_ANY_STEP.length).toBe(12);
    for (const facts of [{ status: 429 }, { status: 503 }, { status: 500 }, { networkCode: 'EPIPE' }, {}]) {
      for (const code of OF_ANY_STEP) {
        const text = textOf({ code, facts: { ...facts, step } });
        expect(text.title, code).toMatch(/^No new tokens: /);
        expect(text.what, code).toContain('You are still signed in.');
        expect(text.visitor, code).toContain('You are still signed in.');
        expect(text.visitor, code).toContain(`“${text.title}”`);
        expect(sentencesOf(text).join(' '), code).not.toMatch(/new sign-in/i);
        const atSignIn = textOf({ code, facts: { ...facts, step: 'token_request' } });
        expect(text.title, code).toBe(`No new tokens: ${atSignIn.title}`);
        expect(sentencesOf(atSignIn).join(' '), code).not.toMatch(/No new tokens|still signed in/);
      }
    }
    expect(textOf({ code: 'refresh_refused', facts: { step } }).title).toBe('Your session has ended');
  });

  it('names another way to try again than a new sign-in, if it is given one', () => {
    const nextOf = (code: ErrorCode, facts: Facts, again?: string) =>
      textOf({ code, facts }, again ? { again } : {}).operator.next;
    const atSignIn = nextOf('pingone_failed', {});
    expect(atSignIn).toMatch(/^Start a new sign-in\. If/);
    expect(nextOf('pingone_failed', { step: 'refresh' })).toBe(
      atSignIn.replace('Start a new sign-in', 'Try again'),
    );
    expect(nextOf('pingone_timeout', {})).toContain(', then start a new sign-in.');
    for (const facts of [{}, { status: 503 }, { networkCode: 'EPIPE' }])
      for (const code of OF_ANY_STEP)
        expect(nextOf(code, facts, 'run the doctor again')).not.toContain('new sign-in');
    expect(nextOf('pingone_failed', {}, 'run the doctor again')).toMatch(/^Run the doctor again\. If/);
    expect(nextOf('pingone_timeout', {}, 'run the doctor again')).toContain(', then run the doctor again.');
  });

  it('tells visitors to wait as long as the provider says', () => {
    for (const base of REPRESENTATIVE) {
      for (const code of ERROR_CODES) {
        const visitor = (facts: Facts) => textOf({ code, facts: { ...base, ...facts } }).visitor;
        const waits =
          /Wait a (moment|minute)|^Try again(?=\. If it fails again, send the administrator the title)/;
        const [, time] = waits.exec(visitor({})) ?? [];
        expect(visitor({ retryAfterSeconds: 7 }), code).toBe(
          visitor({}).replace(waits, time ? 'Wait 7 s' : 'Wait 7 s, then try again'),
        );
      }
    }
    const { visitor } = textOf({ code: 'pingone_blocked', facts: { status: 400, retryAfterSeconds: 0 } });
    expect(visitor).toMatch(/^Wait 0 s and try again\./);
  });

  it('distinguishes too many requests from an outage', () => {
    const titleOf = (status: number) => textOf({ code: 'pingone_busy', facts: { status } }).title;
    expect([titleOf(429), titleOf(503)]).toEqual([
      'Too many requests to PingOne',
      'PingOne is not available at the moment',
    ]);
  });

  it('names a reload and the Back button first if the sign-in cookie is missing, unless the state is not ours', () => {
    const of = (facts: Facts) => textOf({ code: 'sign_in_cookie_missing', facts });
    for (const facts of [{}, { hasCookies: false, behindProxy: true }, { hasCookies: true }]) {
      expect(of(facts).operator.causes[0]).toMatch(/reloaded .* Back button/);
      expect(of(facts).visitor).toMatch(/reload .* Back button/);
    }
    expect(of({ why: 'state_not_from_this_app' }).operator.causes.join(' ')).not.toContain('reloaded');
  });

  it('says what is too long or too much in a response, and that no other success than 200 is one', () => {
    const whatOf = (code: ErrorCode, why: string) => textOf({ code, facts: { why } }).what;
    expect(whatOf('pingone_response_invalid', 'too_many_fields')).toContain('3,000 commas');
    expect(whatOf('pingone_response_invalid', 'status_not_200')).toContain('status 200');
    expect(whatOf('token_response_invalid', 'too_long')).toContain('16,384 characters');
    const { causes, next } = textOf({ code: 'token_response_invalid', facts: { why: 'too_long' } }).operator;
    expect([...causes, next].join(' ')).not.toContain('openid');
  });

  it('states only what is known about PingOne, and marks what is not verified', () => {
    const causes = (code: ErrorCode, facts: Facts = {}) => textOf({ code, facts }).operator.causes.join(' ');
    // Responses without an OAuth error may come from the network edge.
    for (const status of [403, 429, 500, 503]) {
      const code = { 403: 'pingone_blocked', 500: 'pingone_failed' }[status] ?? 'pingone_busy';
      expect(causes(code as ErrorCode, { status }), code).toContain('network edge');
    }
    expect(causes('pingone_blocked', { step: 'userinfo' })).toContain('all headers of a request together');
    expect(causes('token_invalid_grant')).toContain('not verified: a code expires after about two minutes');
    expect(causes('authorization_unauthorized_client')).toContain(
      'Not verified: the application is turned off',
    );
    expect(causes('token_refused')).toContain('Not verified');
    expect(causes('id_token_auth_time')).toContain('Not verified');
    // In these two cases PingOne does not send the browser back, so no page is about them.
    const all = ERROR_CODES.map((code) => causes(code)).join(' ');
    expect(all).not.toMatch(/redirect URI[^.]* is not registered|client ID does not exist/i);
  });

  it('names both values of auth_time, and does not mention forgery', () => {
    const facts = {
      expected: 'auth_time 2026-11-02T10:00:00.000Z or later',
      found: 'auth_time 1970-01-20T21:44:19.000Z',
    };
    const text = textOf(new SignInError('id_token_auth_time_earlier', facts));
    expect(text.detail).toBe(`Expected “${facts.expected}”, found “${facts.found}”.`);
    expect(sentencesOf(text).join(' ')).not.toMatch(/forge|attack|made up/i);
  });
});

describe('the facts of an error', () => {
  it('become one line: request, status, content type, comparison', () => {
    const facts = {
      request: 'GET https://p.example/as',
      status: 403,
      contentType: 'text/html',
      why: 'not_a_json_object',
    };
    expect(textOf(new SignInError('pingone_blocked', facts)).detail).toBe(
      'GET https://p.example/as returned status 403. Content type: “text/html”. Reason: the body is not a JSON object.',
    );
    const unreachable = { request: 'POST https://p.example/as/token', networkCode: 'ECONNREFUSED' };
    expect(textOf(new SignInError('pingone_unreachable', unreachable)).detail).toBe(
      'POST https://p.example/as/token failed: ECONNREFUSED.',
    );
    const [now, then] = ['2026-11-02T10:00:00.000Z', '2026-11-02T09:00:00.000Z'];
    const clock = { expected: `clock ${now}`, found: `exp ${then}`, secondsApart: 3600 };
    expect(textOf(new SignInError('id_token_expired', clock)).detail).toBe(
      `Clock of this machine: ${now}; exp: ${then}; difference: 3600 s.`,
    );
    expect(
      textOf(new PageError('internal_error', { message: 'x is not a function', place: 'src/a.ts:1' })).detail,
    ).toBe('x is not a function, at src/a.ts:1');
    expect(textOf(new RequestError('sign_in_used'))).not.toHaveProperty('detail');
  });

  it('keep the provider’s message in its own field, and include Correlation ID and WWW-Authenticate', () => {
    const facts = {
      error: 'invalid_client',
      description: 'Request denied',
      correlationId: '6d1a2b3c-0000-4000-8000-000000000000',
      wwwAuthenticate: 'Bearer realm="x"',
      retryAfterSeconds: 7,
    };
    expect(textOf(new SignInError('token_invalid_client', facts))).toMatchObject({
      providerSaid: 'invalid_client: Request denied',
      correlationId: facts.correlationId,
      wwwAuthenticate: facts.wwwAuthenticate,
      retryAfterSeconds: 7,
    });
    const platform = { platformCode: 'REQUEST_LIMITED', description: 'Too many' };
    expect(textOf(new SignInError('token_refused', platform)).providerSaid).toBe('REQUEST_LIMITED: Too many');
  });

  it('stay on one line, and are never converted to strings implicitly', () => {
    const hostile = {
      found: { toString: 1 },
      expected: [Symbol.iterator],
      status: Number.NaN,
      why: 'a\u202e\r\nb',
    };
    const text = textOf({ code: 'userinfo_invalid', facts: hostile as object });
    expect(text.detail).toBe('Reason: a   b.');
  });
});

describe('a PageError', () => {
  it.each([
    ['request_too_big', 413],
    ['too_many_requests', 429],
    ['not_found', 404],
    ['internal_error', 500],
  ] as const)('%s has status %i, and Express shows nothing of it', (code, status) => {
    const cause = new Error('inner');
    expect(new PageError(code, {}, cause)).toMatchObject({ code, status, expose: false, facts: {}, cause });
    expect(new PageError(code)).not.toHaveProperty('cause');
  });
});
