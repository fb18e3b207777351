// A session store that throws when it is called: every request gets a page, and no sign-in is half done. (A store that never
// responds is not tested here: our own stores have a time limit for each command.)

import { beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../helpers/browser.ts';
import { signInAtProvider } from '../helpers/flow.ts';
import { type Both, isSignedIn, start, startBoth } from './helpers.ts';
import { TestStore } from './test-store.ts';

let store: TestStore;
let both: Both;
beforeEach(async () => {
  store = new TestStore();
  both = await startBoth({ sessionStore: store });
  return both.close;
});

test.each(['get', 'set', 'destroy'] as const)(
  'if the store throws in %s, the response is an error page',
  async (operation) => {
    const browser = createBrowser();
    await signInAtProvider(browser, both.app.url, both.providerDouble);
    const { callbackUrl } = await start(browser, both.app.url, both.providerDouble);
    const works = store[operation];
    store[operation] = () => {
      throw new RangeError('Maximum call stack size exceeded');
    };
    const page = await browser.get(callbackUrl);
    expect(page.status).toBeGreaterThanOrEqual(500);
    expect(page.body).toContain('</html>');
    if (operation === 'get')
      expect((await browser.get(`${both.app.url}/readyz`)).status).toBeGreaterThanOrEqual(500);
    Object.assign(store, { [operation]: works });
    expect(both.app.events('sign-in succeeded')).toHaveLength(1);
    expect(await isSignedIn(browser, both.app.url)).toBe(operation !== 'set');
  },
);
