// README.md and the pages in the folders name only files, commands and variables that exist, and their examples work.

import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config/index.ts';
import { asText } from '../src/doctor/report.ts';
import { ERROR_CODES } from '../src/error-texts/index.ts';
import { createPingOneClient } from '../src/pingone/index.ts';
import { readCommandLine } from '../src/sandbox/command-line.ts';
import { createSignInRoutes, MAX_PENDING_SIGN_INS, SIGN_IN_LIMIT_MS } from '../src/sign-in/index.ts';
import { RECORD_KEPT_MS, SESSION_IDLE_MS } from '../src/stores/limits.ts';

const ROOT = new URL('../', import.meta.url);
const README = 'README.md';
const FOLDER_PAGES = [
  'src/sign-in/README.md',
  'src/web/README.md',
  'src/web/DEPLOYING.md',
  'src/sandbox/README.md',
  'test/bench/README.md',
] as const;
const PAGES = [README, ...FOLDER_PAGES, 'SECURITY.md'];
const LINE_LIMIT = 170;
/** The README at commit 285c11f contained all pages, with 6,204 words. */
const WORD_LIMIT = 6_200;
const MINUTE_MS = 60_000;

const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};
const readme = read(README);

/** A page without its code blocks, and without the table of faults, which has its own test. */
function proseOf(page: string): string {
  const text = read(page).replace(/<!-- faults -->[\s\S]*<!-- \/faults -->/, '');
  return text.replace(/^ *```[\s\S]*?^ *```$/gm, '');
}

function headingsOf(text: string): string[] {
  return [...text.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) => title,
  );
}

/** The anchor that repository hosts give to a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

describe('README.md', () => {
  test('has at most 170 lines, and all pages together are shorter than the earlier README that contained everything', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(LINE_LIMIT);
    const words = [README, ...FOLDER_PAGES].map((page) => countWords(read(page)));
    expect(words.reduce((a, b) => a + b)).toBeLessThan(WORD_LIMIT);
  });

  test('has its sections in order, and lists them', () => {
    const sections = headingsOf(readme).slice(1);
    expect(sections).toEqual([
      'Run it',
      'Connect it to your PingOne',
      'Use it in your app',
      'How the flow works',
      'Commands',
      'In production',
      'Limits',
      'License',
      'Security contact',
      'Contents',
    ]);
    const contents = readme.split('## Contents')[1] ?? '';
    for (const title of sections.slice(0, 7)) expect(contents).toContain(`](#${anchorOf(title)})`);
    for (const page of FOLDER_PAGES) expect(contents).toContain(`](${page})`);
  });

  test('has one picture', () => {
    expect(readme.match(/!\[/g)).toHaveLength(1);
  });

  test('lists every command, except the parts of npm test', () => {
    const commands = readme.split('## Commands')[1]?.split('\n## ')[0] ?? '';
    const named = [...commands.matchAll(/`npm (?:run )?([a-z:-]+)`/g)].map(([, name]) => name ?? '');
    const parts = ['lint', 'types'];
    expect(named.sort()).toEqual(
      Object.keys(scripts)
        .filter((name) => !parts.includes(name))
        .sort(),
    );
  });

  test('the app accepts its example of .env, and reads the # in the secret', () => {
    const [, example = ''] = /```sh\n( *PINGONE_ISSUER[\s\S]*?)```/.exec(readme) ?? [];
    const env = parseEnv(example);
    expect(Object.keys(env).sort()).toEqual(['PINGONE_CLIENT_ID', 'PINGONE_CLIENT_SECRET', 'PINGONE_ISSUER']);
    expect(readConfig(env).pingOne?.clientSecret).toMatch(/#.+/);
  });

  test('the URLs for the console are the defaults of the app', () => {
    const { baseUrl, sandboxPort } = readConfig({});
    expect(readme).toContain(`| Redirect URIs | \`${baseUrl}/callback\` |`);
    expect(readme).toContain(`| Signoff URLs | \`${baseUrl}/\` |`);
    expect(readme).toContain(`| Initiate Login URI | \`${baseUrl}/login\`,`);
    expect(readme).toContain(`<http://127.0.0.1:${sandboxPort}>`);
  });

  test('it explains the marks that the doctor prints', () => {
    const results = ['passed', 'warning', 'unclear', 'note'] as const;
    const findings = results.map((result) => ({ check: 'a check', message: 'Found.', result }));
    const failed = { check: 'a check', message: 'Found.', result: 'failed', next: 'Mend it.' } as const;
    const printed = asText([...findings, failed]).match(/^[^\w\s](?= a check)/gm) ?? [];
    expect(printed).toEqual(['✓', '!', '?', '–', '✗']);
    const [, step = ''] = /(`npm run doctor`\.[\s\S]*?)\n8\. /.exec(readme) ?? [];
    expect([...new Set(step.match(/[✓✗!?–·](?=\s)/g))].sort()).toEqual([...new Set(printed)].sort());
  });

  test('its command changes the ports of the app and of the sandbox', () => {
    const [, command = ''] = /`(PORT=\d+ SANDBOX_PORT=\d+) npm start`/.exec(readme) ?? [];
    const { port, sandboxPort } = readConfig(parseEnv(command.replace(' ', '\n')));
    expect(command).toBe(`PORT=${port} SANDBOX_PORT=${sandboxPort}`);
  });

  test('it says which Node.js a copy needs', () => {
    const needed = engines.node.replace('>=', '');
    for (const page of [readme, read('src/sign-in/README.md')])
      expect(page).toContain(`Node.js ${needed} or newer`);
  });

  test('it links to the guide for administrators and to the changelog', () => {
    expect(readme.split('## In production')[1]?.split('\n## ')[0]).toContain('](src/web/DEPLOYING.md)');
    expect(readme.split('## Use it in your app')[1]?.split('\n## ')[0]).toContain('](CHANGELOG.md)');
  });

  test('the files in its diagram are in src/pingone/', () => {
    const [, diagram = ''] = /```text\n([\s\S]*?)```/.exec(readme) ?? [];
    const files = diagram.match(/[a-z-]+\.ts/g) ?? [];
    expect(files.length).toBeGreaterThan(6);
    const missing = files.filter((file) =>
      ['', 'after-sign-in/'].every((folder) => !existsSync(new URL(`src/pingone/${folder}${file}`, ROOT))),
    );
    expect(missing).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  const here = new URL(page, ROOT);

  test('each linked file and each linked heading exists', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s:]+)\)/g)].map(([, link]) => new URL(link ?? '', here));
    expect(links.length).toBeGreaterThan(0);
    const broken = links.filter((link) => {
      const file = new URL(link.pathname, ROOT);
      if (!existsSync(file)) return true;
      const anchors = () => headingsOf(readFileSync(file, 'utf8')).map(anchorOf);
      return link.hash !== '' && !anchors().includes(link.hash.slice(1));
    });
    expect(broken.map(({ pathname, hash }) => pathname + hash)).toEqual([]);
  });

  test('each file and folder that it names exists', () => {
    // The text of a link may be only a name: the test above checks its target.
    const prose = proseOf(page).replace(/\[`[^`]+`\]\(/g, '(');
    const code = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? '');
    const paths = code.filter((text) => /^[\w.-]+(\/[\w.-]+)*(\/|\.(ts|js|md|json|example))$/.test(text));
    const places = [here, ROOT, new URL('src/', ROOT)];
    expect(paths.filter((path) => !places.some((place) => existsSync(new URL(path, place))))).toEqual([]);
  });

  test('each npm script that it names exists', () => {
    const named = [...read(page).matchAll(/npm (?:run )(?:--silent )?([a-z][a-z:-]*)/g)];
    expect(named.map(([, name]) => name ?? '').filter((name) => !(name in scripts))).toEqual([]);
  });

  test('each variable that it names is documented, or belongs to Node.js or its libraries', () => {
    const documented = Object.keys(parseEnv(read('.env.example')));
    const others = [
      ...['NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'DEBUG'],
      ...['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'CHROMIUM_PATH', 'COOKIE_SECRET'],
      // Words of HTTP, npm, PingOne, and Redis.
      ...['GET', 'POST', 'EBADENGINE', 'S256_REQUIRED'],
      ...['READONLY', 'LOADING', 'MASTERDOWN', 'MOVED', 'ERR'],
    ];
    const named = [...proseOf(page).matchAll(/`([A-Z][A-Z_\d]+)(?:=[^`]*)?`/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => ![...documented, ...others].includes(name))).toEqual([]);
  });
});

test.each([...PAGES, 'CHANGELOG.md'])('%s uses the words of this project', (page) => {
  const words =
    /\b(whoever|somebody|nobody|stand-in|sealed|JWKS|log in|log out|sign off|e-mail|persons?|people|answers?)\b/gi;
  const text = proseOf(page).replace(/`[^`]*`/g, '');
  expect(text.match(words) ?? []).toEqual([]);
});

describe('src/sign-in/README.md', () => {
  const page = read('src/sign-in/README.md');

  test('it names every option', () => {
    const [, options = ''] =
      /interface SignInOptions \{\n([\s\S]*?)\n\}/.exec(read('src/sign-in/types.ts')) ?? [];
    const names = [...options.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(7);
    expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
  });

  test('each function that it calls on the routes exists', () => {
    const registration = {
      issuer: 'https://auth.pingone.eu/3b1c6f0e-0e1f-4c3a-9d27-5a4db0c58a42/as',
      clientId: 'client',
      clientSecret: 'secret',
      scope: 'openid',
      redirectUri: 'http://localhost:8080/auth/callback',
      signOffUrl: 'http://localhost:8080/',
    };
    const client = createPingOneClient(registration);
    const auth = createSignInRoutes({ client, secrets: ['a-secret-of-the-tests'.repeat(2)] });
    const named = new Set([...page.matchAll(/\bauth\.(\w+)/g)].map(([, name]) => name ?? ''));
    expect(named.size).toBeGreaterThan(4);
    expect([...named].filter((name) => !(name in auth))).toEqual([]);
  });

  test('the sandbox accepts the command that it shows', () => {
    const [, args = ''] = /^npm run sandbox -- (.+)$/m.exec(page) ?? [];
    const { redirectUri, signOffUrl, pkce } = readCommandLine(args.split(' '));
    expect([redirectUri, signOffUrl, pkce]).toEqual([
      ['http://localhost:8080/auth/callback'],
      ['http://localhost:8080/'],
      'optional',
    ]);
  });

  test('it names the limits of the code', () => {
    expect(page).toContain(`up to ${MAX_PENDING_SIGN_INS} pending sign-ins`);
    expect(page).toContain(`of ${SIGN_IN_LIMIT_MS / MINUTE_MS} minutes each`);
  });
});

test('src/web/README.md names the limits of the stores, and how long a state is remembered', () => {
  const page = read('src/web/README.md');
  expect(page).toContain(`expires ${SESSION_IDLE_MS / MINUTE_MS} minutes after its last request`);
  expect(page).toContain(`sessions after ${SESSION_IDLE_MS / MINUTE_MS} minutes without use`);
  expect(page).toContain(`a used \`state\` after ${SIGN_IN_LIMIT_MS / MINUTE_MS + 1} minutes`);
  expect(RECORD_KEPT_MS).toBe(60 * MINUTE_MS);
  expect(page.replaceAll('\n', ' ')).toContain('kept for an hour');
});

test('each text that looks like an error code is in the catalogue', () => {
  const form = /`((?:pingone|discovery|token|refresh|id_token|userinfo|sign_in|authorization)_[a-z_]+)`/g;
  const fields = ['token_endpoint', 'id_token_hint', 'refresh_token', 'token_type'];
  const named = PAGES.flatMap((page) => [...proseOf(page).matchAll(form)].map(([, code]) => code ?? ''));
  const unknown = named.filter(
    (code) => !fields.includes(code) && !ERROR_CODES.some((known) => known === code),
  );
  expect(unknown).toEqual([]);
});

test('the lock file contains no download addresses', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"');
});
