import { memo } from 'preact/compat';
import { useState } from 'preact/hooks';
import { Fold } from '../parts/fold.js';
import { matching, type LoggedEvent } from './event-log.js';
import { events } from './live-call.js';

/** Lines that are drawn; the filter and the file have all. */
const SHOWN = 200;

/** Every message of the server as JSON, to be filtered, opened and saved. */
export function EventPanel() {
  const [filter, setFilter] = useState('');
  const found = matching(events.entries.value, filter);
  const shown = found.slice(-SHOWN);
  return (
    <section aria-labelledby="events" class="panel events">
      <h2 id="events">Events</h2>
      <div class="row">
        <input
          type="search"
          aria-label="Filter events"
          aria-describedby="filter-help"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <button type="button" class="secondary outline small" disabled={found.length === 0} onClick={() => save(found)}>
          Save
        </button>
      </div>
      <small id="filter-help" class="muted">
        Words that have to occur, such as: tool, transcript, error.
      </small>
      <small class="muted" role="status">
        {countLine(found.length, events.entries.value.length, events.dropped.value)}
      </small>
      <ol class="log">
        {shown.toReversed().map((entry) => (
          <Row key={entry.number} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

const Row = memo(({ entry: { atMs, event } }: { readonly entry: LoggedEvent }) => (
  <li>
    <Fold
      summary={
        <>
          <time>{(atMs / 1000).toFixed(2)}</time> {event.type}
        </>
      }
    >
      {() => <pre class="json">{JSON.stringify(event, undefined, 2)}</pre>}
    </Fold>
  </li>
));

function countLine(found: number, all: number, dropped: number): string {
  const older = dropped === 0 ? '' : `; ${dropped} older ones were dropped`;
  return `${found} of ${all} events${older}`;
}

function save(found: readonly object[]): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(found, undefined, 2)], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: url, download: 'parley-events.json' }).click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
