// Two parsers of one header, in the provider's responses: Retry-After is a number of seconds or a date in one of three
// forms (RFC 9110, sections 10.2.3 and 5.6.7), and a media type is JSON if its type and subtype say so (RFC 6839, section 3.1).

import { expect, onTestFinished, test, vi } from 'vitest';
import { errorOf, providerForTest, signIn } from '../pingone/helpers.ts';
import { createRandom, type Random, seed } from './helpers.ts';

const HOUR = 3600;
/** The clock moves on during a request. */
const TOLERANCE_SECONDS = 2;

function anyCase(random: Random, text: string): string {
  return [...text].map((letter) => (random.chance(30) ? letter.toUpperCase() : letter)).join('');
}

/** The three forms of a date (RFC 9110, section 5.6.7). */
function datesOf(date: Date): string[] {
  const [day = '', number = '', month = '', year = '', time = ''] = date.toUTCString().split(/,? /);
  const weekday = WEEKDAYS.find((name) => name.startsWith(day));
  return [
    date.toUTCString(),
    `${weekday}, ${number}-${month}-${year.slice(2)} ${time} GMT`,
    `${day} ${month} ${number.replace(/^0/, ' ')} ${time} ${year}`,
  ];
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** Spaces and tabs around a field are no part of it. */
const SPACES = ['', '', ' ', '\t', ' \t  '];

/** A field, and the seconds that it says; undefined for what is neither a number nor a date. */
function retryAfter(random: Random): [field: string, seconds: number | undefined] {
  const seconds = random.number(5_000);
  const date = new Date(Date.now() + seconds * 1000);
  const at = date.toUTCString();
  const [day = '', number = '', month = '', year = '', time = ''] = at.split(' ');
  const [, dashed = '', unzoned = ''] = datesOf(date);
  const [before, after] = [random.pick(SPACES), random.pick(SPACES)];
  return random.pick<[string, number | undefined]>([
    [`${before}${seconds}${after}`, seconds],
    [`0${seconds}`, seconds],
    ...datesOf(date).map((form): [string, number] => [before + form + after, seconds]),
    ['0', 0],
    [random.pick(datesOf(new Date(Date.now() - 86_400_000))), 0],
    [dashed.replace('day,', 'dy,'), undefined],
    [dashed.replace(' GMT', ''), undefined],
    [dashed.replace('GMT', 'EST'), undefined],
    [dashed.replace(month, 'Xyz'), undefined],
    [dashed.toUpperCase(), undefined],
    [`${unzoned} GMT`, undefined],
    [`${unzoned} +0000`, undefined],
    [unzoned.replace(month, 'Xyz'), undefined],
    [unzoned.replace(year, year.slice(2)), undefined],
    [unzoned.replace(time, time.slice(0, 5)), undefined],
    ['999999999', HOUR],
    [`+${seconds}`, undefined],
    [`-${seconds + 1}`, undefined],
    [`${seconds}.5`, undefined],
    [`${seconds}s`, undefined],
    [`${seconds} seconds`, undefined],
    [`"${seconds}"`, undefined],
    [`${seconds}, ${seconds}`, undefined],
    [`0x${seconds.toString(16)}`, undefined],
    [`${seconds}e1`, undefined],
    ['Infinity', undefined],
    ['9'.repeat(10 + random.number(400)), undefined],
    ['', undefined],
    ['soon', undefined],
    [date.toISOString(), undefined],
    [`${date.getTime()}`, undefined],
    [at.replace('GMT', 'UTC'), undefined],
    [at.replace(' GMT', ''), undefined],
    [at.replace('GMT', '+0000'), undefined],
    [`${at} (x)`, undefined],
    [`${number} ${month} ${year} ${time} GMT`, undefined],
    [`${day} ${number}-${month}-${year} ${time} GMT`, undefined],
    [`${month} ${number}, ${year}`, undefined],
    [at.toLowerCase(), undefined],
    [at.replace(month, 'Xyz'), undefined],
    [`\u00a0${seconds}`, undefined],
  ]);
}

test(`the app reads a Retry-After of the defined forms, up to an hour, and ignores all others (SEED=${seed})`, async () => {
  const random = createRandom();
  // A date without a zone is in GMT, not in the zone of this machine.
  vi.stubEnv('TZ', 'Asia/Tokyo');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date().getTimezoneOffset()).toBe(-9 * 60);
  const { provider, client } = await providerForTest();
  await client.ready();
  for (let round = 0; round < 300; round += 1) {
    const [field, seconds] = retryAfter(random);
    const status = random.pick([429, 503, 400, 500]);
    provider.scripts['token'] = () => ({ status, headers: { 'retry-after': field }, body: {} });
    const { retryAfterSeconds: found } = (await errorOf(signIn(client, provider))).facts;
    if (seconds === undefined) expect([field, found]).toEqual([field, undefined]);
    else {
      const expected = Math.min(Math.max(seconds, 1), HOUR);
      expect(Math.abs((found ?? Number.NaN) - expected), `${field}: ${found}`).toBeLessThanOrEqual(
        TOLERANCE_SECONDS,
      );
    }
  }
});

const PARAMETERS = [
  '',
  ';charset=utf-8',
  '; charset="utf-8"',
  ' ; charset=utf-8',
  '\t;\tcharset=UTF-8',
  ';a=b;c="d;e"',
  ';',
];
const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789-.';

function mediaType(random: Random): [field: string, isJson: boolean] {
  const suffix = `${random.text(1 + random.number(8), TOKEN)}+json`;
  const good = random.pick(['application/json', `application/${suffix}`, 'application/jwk-set+json']);
  const bad = random.pick([
    'text/html',
    'text/json',
    'application/jwt',
    'application/jsonp',
    'application/json5',
    'application/x-json-stream',
    'application/+jsonx',
    `application/${random.text(5)}`,
    `text/${suffix}`,
    'application/json+xml',
    'application',
    'json',
    '/json',
    'application/',
    'application/json/x',
    'application/json, text/html',
    'text/html, application/json',
    'text/html;application/json',
    'application/json text/html',
    'application /json',
    'application/ json',
    '"application/json"',
    'application/json\u00a0',
    '\u00a0application/json',
    'application/json=1',
    'x-application/json',
    '*/*',
    '',
  ]);
  return random.chance(50)
    ? [anyCase(random, good) + random.pick(PARAMETERS), true]
    : [anyCase(random, bad) + random.pick(bad === '' ? [''] : PARAMETERS), false];
}

test(`only the media type decides whether a response is JSON (SEED=${seed})`, async () => {
  const random = createRandom();
  const { provider, client } = await providerForTest();
  await client.ready();
  for (let round = 0; round < 150; round += 1) {
    const [field, isJson] = mediaType(random);
    const endpoint = random.pick(['token', 'userinfo']);
    provider.scripts = {
      [endpoint]: async (request) => {
        const { body } = await provider.goodResponse(endpoint, request);
        return { headers: { 'content-type': field }, body: JSON.stringify(body) };
      },
    };
    const outcome = await signIn(client, provider).then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    );
    expect([field, outcome]).toEqual([field, isJson ? 'signed in' : 'pingone_response_invalid']);
  }
});
