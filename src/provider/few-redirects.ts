// fetch that follows few redirects, and only within the server it was sent to: a loop would cost twenty requests a try, and
// a key and a conversation go to nobody who was not configured.

const MAX_REDIRECTS = 3;
/** These keep the method and the body; the others turn a question into a GET, which only a GET survives. */
const REPEATED: ReadonlySet<number> = new Set([307, 308]);
const REPEATED_AS_GET: ReadonlySet<number> = new Set([301, 302, 303]);

/** What is not followed comes back as the answer that it is: a status that is no success. */
export function fewRedirects(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const isRequest = typeof input === 'object' && 'url' in input;
    let url = new URL(isRequest ? input.url : input);
    const method = init?.method ?? (isRequest ? input.method : 'GET');
    const isRepeated = (status: number): boolean =>
      REPEATED.has(status) || (method === 'GET' && REPEATED_AS_GET.has(status));
    for (let left = MAX_REDIRECTS; ; left -= 1) {
      const response = await fetch(url, { ...init, redirect: 'manual' });
      const location = response.headers.get('location');
      if (left === 0 || location === null || !isRepeated(response.status)) return response;
      const next = new URL(location, url);
      if (!isSameServer(next, url)) return response;
      await response.body?.cancel();
      url = next;
    }
  };
}

const isSameServer = (next: URL, url: URL): boolean =>
  next.origin === url.origin || (next.hostname === url.hostname && next.protocol === 'https:');
