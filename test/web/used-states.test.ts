// The list of states that have come back: it never forgets one that could still be used.

import express from 'express';
import supertest from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPingOneClient } from '../../src/pingone/client.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';
import { login } from '../../src/web/login.ts';
import { createPages } from '../../src/web/pages.ts';
import { createSignInCookies } from '../../src/web/sign-in-cookie.ts';
import { createUsedStates } from '../../src/web/used-states.ts';
import { WebError } from '../../src/web/web-errors.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

test('a state can be marked once', () => {
  const states = createUsedStates();
  expect(states.has('a')).toBe(false);
  expect(states.add('a')).toBe(true);
  expect(states.has('a')).toBe(true);
  expect(states.add('a')).toBe(false);
  expect(states.has('b')).toBe(false);
});

test('names that every object has are states like any other', () => {
  const states = createUsedStates();
  expect(states.has('__proto__')).toBe(false);
  expect(states.add('constructor')).toBe(true);
});

test('full, it refuses the next one and forgets none', () => {
  const states = createUsedStates(3);
  for (const state of ['a', 'b', 'c']) states.add(state);
  const full = expect.objectContaining({ code: 'too_many_sign_ins' });
  expect(() => states.mustHaveRoom()).toThrow(full);
  expect(() => states.add('d')).toThrow(full);
  expect(() => states.add('d')).toThrow(WebError);
  expect(['a', 'b', 'c'].every((state) => states.has(state))).toBe(true);
  expect(states.has('d')).toBe(false);
});

test('after ten minutes a state makes room, the oldest first', () => {
  const states = createUsedStates(2);
  states.add('a');
  vi.advanceTimersByTime(4 * MINUTE_MS);
  states.add('b');
  vi.advanceTimersByTime(5.9 * MINUTE_MS);
  expect(() => states.mustHaveRoom()).toThrow();
  vi.advanceTimersByTime(0.2 * MINUTE_MS);
  states.mustHaveRoom();
  expect([states.has('a'), states.has('b')]).toEqual([false, true]);
  expect(states.add('c')).toBe(true);
  expect(() => states.add('d')).toThrow();
});

test('full, /login starts nothing: PingOne is not asked, and no cookie is set', async () => {
  vi.useRealTimers();
  const nobody = { issuer: 'http://127.0.0.1:9', clientId: 'c', clientSecret: 's', scope: 'openid' };
  const client = createPingOneClient({ ...nobody, redirectUri: '', signOffUrl: '' }, () => undefined);
  const cookies = createSignInCookies(['a-session-secret-of-the-tests-0123456789'], false);
  const app = express();
  const logger = createLogger('silent', { write: () => undefined });
  app.use(requestLogging(logger));
  app.get('/login', login(client, cookies, createUsedStates(0), 'http://localhost:3000'));
  app.use(errorPage(createPages({})));
  const { status, headers, text } = await supertest(app).get('/login');
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '5' });
  expect(headers).not.toHaveProperty('set-cookie');
  expect(text).toContain('too_many_sign_ins');
});
