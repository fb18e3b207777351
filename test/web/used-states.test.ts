// The list of states that have come back: it never forgets one that could still be used.

import express from 'express';
import supertest from 'supertest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPingOneClient } from '../../src/pingone/client.ts';
import { errorPage } from '../../src/web/error-page.ts';
import { createLogger, requestLogging } from '../../src/web/logging.ts';
import { login } from '../../src/web/login.ts';
import { createLostSignIn } from '../../src/web/lost-sign-in.ts';
import { createPages } from '../../src/web/pages.ts';
import { createSignInCookies } from '../../src/web/sign-in-cookie.ts';
import { createUsedStates } from '../../src/web/used-states.ts';
import { WebError } from '../../src/web/web-errors.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

const MINUTE_MS = 60_000;

test('a state can be marked once', async () => {
  const states = createUsedStates();
  expect(await states.has('a')).toBe(false);
  expect(await states.add('a')).toBe(true);
  expect(await states.has('a')).toBe(true);
  expect(await states.add('a')).toBe(false);
  expect(await states.has('b')).toBe(false);
});

test('names that every object has are states like any other', async () => {
  const states = createUsedStates();
  expect(await states.has('__proto__')).toBe(false);
  expect(await states.add('constructor')).toBe(true);
});

test('full, it refuses the next one and forgets none', async () => {
  const states = createUsedStates(3);
  for (const state of ['a', 'b', 'c']) await states.add(state);
  const full = expect.objectContaining({ code: 'too_many_sign_ins' });
  await expect(states.mustHaveRoom()).rejects.toThrow(full);
  await expect(states.add('d')).rejects.toThrow(full);
  await expect(states.add('d')).rejects.toThrow(WebError);
  for (const state of ['a', 'b', 'c']) expect(await states.has(state)).toBe(true);
  expect(await states.has('d')).toBe(false);
});

test('after ten minutes a state makes room, the oldest first', async () => {
  const states = createUsedStates(2);
  await states.add('a');
  vi.advanceTimersByTime(4 * MINUTE_MS);
  await states.add('b');
  vi.advanceTimersByTime(5.9 * MINUTE_MS);
  await expect(states.mustHaveRoom()).rejects.toThrow();
  vi.advanceTimersByTime(0.2 * MINUTE_MS);
  await states.mustHaveRoom();
  expect([await states.has('a'), await states.has('b')]).toEqual([false, true]);
  expect(await states.add('c')).toBe(true);
  await expect(states.add('d')).rejects.toThrow();
});

test('full, /login starts nothing: PingOne is not asked, and no cookie is set', async () => {
  vi.useRealTimers();
  const nobody = { issuer: 'http://127.0.0.1:9', clientId: 'c', clientSecret: 's', scope: 'openid' };
  const client = createPingOneClient({ ...nobody, redirectUri: '', signOffUrl: '' }, () => undefined);
  const cookies = createSignInCookies(
    ['a-session-secret-of-the-tests-0123456789'],
    false,
    createLostSignIn('http://localhost', 0),
  );
  const app = express();
  const logger = createLogger('silent', { write: () => undefined });
  app.use(requestLogging(logger));
  app.get('/login', login(client, cookies, createUsedStates(0), 'http://localhost:3000'));
  app.use(errorPage(createPages({}), 'http://localhost:3000'));
  const { status, headers, text } = await supertest(app).get('/login');
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': '5' });
  expect(headers).not.toHaveProperty('set-cookie');
  expect(text).toContain('too_many_sign_ins');
});
