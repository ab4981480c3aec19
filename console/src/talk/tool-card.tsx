import { lazy, Suspense } from 'preact/compat';
import { Fold } from '../parts/fold.js';
import { milliseconds, words } from '../parts/format.js';
import { Json } from '../parts/json.js';
import { DataTable } from './data-table.js';
import type { Artifact, ToolRun } from './lines.js';

/** Loaded when a chart comes. */
const Chart = lazy(() => import('./chart.js'));

const OUTCOMES = { running: 'running', done: 'done', asked: 'asks first', failed: 'not done' } as const;

/** One use of a tool: what it was given, what came of it. */
export function ToolCard({ run }: { readonly run: ToolRun }) {
  const { name, outcome, elapsedMs, message, table, sources, artifacts } = run;
  const chart = artifacts.find(
    ({ kind, mediaType, url }) => kind === 'chart' && mediaType === 'application/json' && url,
  );
  const others = artifacts.filter((artifact) => artifact !== chart);
  return (
    <article class={`tool ${outcome}`} aria-busy={outcome === 'running'}>
      <header>
        <span>{words(name)}</span>
        <small>
          {OUTCOMES[outcome]}
          {elapsedMs > 0 && ` · ${milliseconds(elapsedMs)}`}
        </small>
      </header>
      {message !== undefined && <p>{message}</p>}
      {table !== undefined && <DataTable table={table} />}
      {chart?.url !== undefined && (
        <Suspense fallback={<p aria-busy="true">Loading the chart…</p>}>
          <Chart url={chart.url} alt={chart.alt ?? chart.title} />
        </Suspense>
      )}
      {sources.length > 0 && (
        <ul class="sources" aria-label="Sources">
          {sources.map(({ title, heading, updated, url }, at) => (
            <li key={at}>
              {url === undefined ? (
                title
              ) : (
                <a href={url} target="_blank" rel="noopener noreferrer">
                  {title}
                </a>
              )}
              <small>{[heading, updated && `updated ${updated}`].filter(Boolean).join(' · ')}</small>
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <ul class="files" aria-label="Files">
          {others.map((artifact, at) => (
            <li key={at}>{fileLink(artifact)}</li>
          ))}
        </ul>
      )}
      <Fold summary="Arguments">{() => <Json value={run.arguments} label={`Arguments of ${words(name)}`} />}</Fold>
    </article>
  );
}

function fileLink({ title, url, mediaType, kind }: Artifact) {
  const what =
    kind === 'email' ? 'E-mail' : (mediaType.split('/')[1] ?? mediaType).replace('svg+xml', 'SVG').toUpperCase();
  if (url === undefined) return `${what}: ${title}`;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" aria-label={`${title} as ${what}`}>
      {what}
    </a>
  );
}
