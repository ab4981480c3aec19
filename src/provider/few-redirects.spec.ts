import { fewRedirects } from './few-redirects.js';

function server(redirects: Readonly<Record<string, string>>, status = 308) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    const url = String(input instanceof Request ? input.url : input);
    asked.push(url);
    const location = redirects[url];
    return Promise.resolve(
      location === undefined ? new Response('ok') : new Response(null, { status, headers: { location } }),
    );
  };
  return { asked, fetch: fewRedirects(fetch) };
}

it.each([
  ['a slash', { 'https://a.example/v1': '/v1/' }, 308, 2, 200],
  ['https instead of http', { 'http://a.example/v1': 'https://a.example/v1' }, 307, 2, 200],
  ['a loop', { 'https://a.example/v1': '/v1' }, 307, 4, 307],
  ['another server', { 'https://a.example/v1': 'https://b.example/v1' }, 307, 1, 307],
  ['a GET in place of a POST', { 'https://a.example/v1': '/v1/' }, 302, 1, 302],
])('%s', async (_what, redirects, status, requests, answer) => {
  const { asked, fetch } = server(redirects, status);
  const response = await fetch(Object.keys(redirects)[0] ?? '', { method: 'POST', body: 'x' });
  expect([asked.length, response.status]).toEqual([requests, answer]);
});

it.each([
  ['a slash', { 'https://a.example/v1': '/v1/' }, 301, 2, 200],
  ['https instead of http', { 'http://a.example/v1': 'https://a.example/v1' }, 302, 2, 200],
  ['another server', { 'https://a.example/v1': 'https://b.example/v1' }, 302, 1, 302],
  ['the address of a machine within', { 'https://a.example/v1': 'http://169.254.169.254/' }, 301, 1, 301],
])('a GET: %s', async (_what, redirects, status, requests, answer) => {
  const { asked, fetch } = server(redirects, status);
  const response = await fetch(Object.keys(redirects)[0] ?? '');
  expect([asked.length, response.status]).toEqual([requests, answer]);
});
