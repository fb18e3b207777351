// The parts of a browser that a sign-in needs: it keeps cookies by host, not by port, and follows redirects one at a time.

import { type Dispatcher, request } from 'undici';

export interface Page {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The address of this page. */
  url: string;
  /** The target of a redirect, as an absolute address. */
  location?: string;
  /** The address that the page opens next, from <meta http-equiv="refresh">. */
  leadsTo?: string;
}

export interface Browser {
  get(url: string, headers?: Record<string, string>): Promise<Page>;
  post(url: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Gets a page, follows its redirects and <meta> refreshes, and returns the last page. */
  open(url: string): Promise<Page>;
  /** The cookies of a host, each as name=value. */
  cookies(host?: string): string[];
  setCookie(name: string, value: string, host?: string): void;
  dropCookies(host?: string): void;
}

export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (host: string) => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };

  async function send(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Page> {
    const { hostname } = new URL(url);
    const cookie = cookies(hostname).join('; ');
    const all = { ...(cookie ? { cookie } : {}), ...headers };
    const response = await request(url, { method, headers: all, body: body ?? null });
    for (const line of [response.headers['set-cookie'] ?? []].flat()) storeCookie(jarOf(hostname), line);
    return pageOf(url, response);
  }

  const get = (url: string, headers: Record<string, string> = {}) => send('GET', url, headers);

  const post = (url: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    send(
      'POST',
      url,
      { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
      new URLSearchParams(form).toString(),
    );

  async function open(url: string): Promise<Page> {
    let page = await get(url);
    for (let hops = 0; ; hops += 1) {
      const next = page.location ?? page.leadsTo;
      if (next === undefined) return page;
      if (hops === 20) throw new Error(`Too many redirects from ${url}`);
      page = await get(next);
    }
  }

  function cookies(host = 'localhost'): string[] {
    return [...jarOf(host)].map(([name, value]) => `${name}=${value}`);
  }

  return {
    get,
    post,
    open,
    cookies,
    setCookie: (name, value, host = 'localhost') => void jarOf(host).set(name, value),
    dropCookies: (host = 'localhost') => void jars.delete(host),
  };
}

/** A response as a browser sees it. */
export async function pageOf(url: string, response: Dispatcher.ResponseData): Promise<Page> {
  const { statusCode, headers } = response;
  const { location } = headers;
  const body = await response.body.text();
  const leadsTo = body.match(/<meta http-equiv="refresh" content="0; ?url=([^"]*)">/)?.[1];
  return {
    status: statusCode,
    headers,
    body,
    url,
    ...(typeof location === 'string' && { location: new URL(location, url).href }),
    ...(leadsTo !== undefined && { leadsTo: new URL(leadsTo.replaceAll('&amp;', '&'), url).href }),
  };
}

function storeCookie(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(/;\s*/);
  const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
  const has = (pattern: RegExp) => attributes.some((attribute) => pattern.test(attribute));
  const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length);
  const gone = has(/^max-age=0$/i) || (!has(/^max-age=/i) && expires && Date.parse(expires) <= Date.now());
  if (gone) jar.delete(name);
  else jar.set(name, value);
}
