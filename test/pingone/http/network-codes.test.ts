// The error code for each network error. A local server cannot cause most of them, so undici is replaced here.

import { expect, test, vi } from 'vitest';
import { createHttp } from '../../../src/pingone/steps.ts';
import { errorOf } from '../helpers.ts';

const thrown = vi.hoisted(() => ({ value: undefined as unknown, times: 0 }));

vi.mock('undici', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  async request() {
    thrown.times += 1;
    throw thrown.value;
  },
}));

const URL_OF_TOKENS = 'https://auth.pingone.example/as/token?key=made-up';

function send(method: 'GET' | 'POST', value: unknown) {
  Object.assign(thrown, { value, times: 0 });
  const http = createHttp();
  return errorOf(http.send({ step: 'token_request', method, url: URL_OF_TOKENS }, performance.now() + 1_000));
}

test.each([
  ['UND_ERR_CONNECT_TIMEOUT', 'pingone_timeout', 'connection'],
  ['UND_ERR_HEADERS_TIMEOUT', 'pingone_timeout', 'connection'],
  ['UND_ERR_BODY_TIMEOUT', 'pingone_timeout', 'connection'],
  ['ETIMEDOUT', 'pingone_timeout', 'connection'],
  ['CERT_REVOKED', 'pingone_tls_failed', 'configuration'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'pingone_tls_failed', 'configuration'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'pingone_tls_failed', 'configuration'],
  ['INVALID_CA', 'pingone_tls_failed', 'configuration'],
  ['PATH_LENGTH_EXCEEDED', 'pingone_tls_failed', 'configuration'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'pingone_tls_failed', 'configuration'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'pingone_tls_failed', 'configuration'],
  ['EPROTO', 'pingone_tls_failed', 'configuration'],
  ['UND_ERR_HEADERS_OVERFLOW', 'pingone_response_invalid', 'provider'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'pingone_response_invalid', 'provider'],
  ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'pingone_response_too_big', 'provider'],
  ['ENOTFOUND', 'pingone_unreachable', 'connection'],
  ['EAI_AGAIN', 'pingone_unreachable', 'connection'],
  ['EHOSTUNREACH', 'pingone_unreachable', 'connection'],
  ['ECONNREFUSED', 'pingone_unreachable', 'connection'],
  ['something new', 'pingone_unreachable', 'connection'],
])('the network code %s becomes the error code %s', async (networkCode, code, kind) => {
  const fault = Object.assign(new Error('made-up words'), { code: networkCode });
  const error = await send('POST', fault);
  expect([error.code, error.kind]).toEqual([code, kind]);
  expect(error.cause).toBe(fault);
  const request = 'POST https://auth.pingone.example/as/token';
  expect(error.facts).toMatchObject({ step: 'token_request', request, networkCode });
  expect(error.message).not.toContain('made-up');
  expect(thrown.times).toBe(1);
});

test.each([
  [Object.assign(new Error(), { code: 7 })],
  [new Error('made-up words')],
  ['thrown text'],
  [undefined],
  [null],
])('the facts of an error without a network code have none: %s', async (fault) => {
  const error = await send('POST', fault);
  expect(error.code).toBe('pingone_unreachable');
  expect(error.facts).not.toHaveProperty('networkCode');
  expect(error.message).not.toMatch(/made-up|thrown/);
});

test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])(
  'after %s, a GET is sent once more, and a POST is not',
  async (code) => {
    const fault = Object.assign(new Error(), { code });
    expect((await send('GET', fault)).code).toBe('pingone_unreachable');
    expect(thrown.times).toBe(2);
    await send('POST', fault);
    expect(thrown.times).toBe(1);
  },
);

test.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'CERT_HAS_EXPIRED'])(
  'after %s, a GET is not sent again',
  async (code) => {
    await send('GET', Object.assign(new Error(), { code }));
    expect(thrown.times).toBe(1);
  },
);
