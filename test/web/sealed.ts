// Sealed cookies as the app itself makes them, with any content.

import express from 'express';
import supertest from 'supertest';
import { createLostSignIn } from '../../src/web/lost-sign-in.ts';
import { createSignInCookies, type SignInUnderWay } from '../../src/web/sign-in-cookie.ts';

/** The value of the cookie that an app with this secret would set. */
export async function sealedBy(secret: string, signIn: SignInUnderWay): Promise<string> {
  const cookies = createSignInCookies([secret], false, createLostSignIn('http://localhost', 0));
  const app = express().get('/', (req, res) => {
    cookies.seal(req, res, signIn);
    res.end();
  });
  const { headers } = await supertest(app).get('/');
  return String(headers['set-cookie']).match(/=([^;]*)/)?.[1] ?? '';
}
