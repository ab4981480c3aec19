import { createHash } from 'node:crypto';
import { LIMITS, PROTECTIONS } from './rest-info.js';
import type { RestRoute } from './open-api.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
h2{margin-top:2.5rem}article{border-top:1px solid #8886;padding:.75rem 0}code{font-size:.95em}
.method{display:inline-block;min-width:4.5rem;font-weight:600}dl{display:grid;grid-template-columns:8rem 1fr;margin:.5rem 0 0}
dt{opacity:.75}dd{margin:0}`;

/** The page runs nothing and loads nothing; its one style is allowed by its hash. */
export const DOCS_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The routes for people, as HTML of its own. */
export function docsPage(routes: readonly RestRoute[]): string {
  const rooms = Map.groupBy(routes, ({ room }) => room);
  const sections = [...rooms].map(([room, own]) => `<h2>${escaped(room)}</h2>${own.map(article).join('')}`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley: REST routes</title><style>${STYLE}</style>
<h1>REST routes</h1><p>With all schemas, for programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). Whatever is
refused is answered with problem details (RFC 9457).</p>${sections.join('')}</html>`;
}

function article({ method, path, info }: RestRoute): string {
  const rows = [
    ['Who', PROTECTIONS[info.protection]],
    ['How often', LIMITS[info.limit]],
  ].map(([name = '', value = '']) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  const head = `<span class="method">${method.toUpperCase()}</span><code>${escaped(path)}</code>`;
  return `<article>${head}<div>${escaped(info.summary)}</div><dl>${rows.join('')}</dl></article>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
