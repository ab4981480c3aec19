import { useEffect, useState } from 'preact/hooks';
import { costs, duration, milliseconds, when, words } from '../parts/format.js';
import { Json } from '../parts/json.js';
import { ask, askJson } from '../session/api.js';
import { isSettled, type RecordedCall } from './records.js';
import { Replay } from './replay.js';

/** How often a call that is not settled is looked at again, ms, and how many times at most. */
const LOOK_EVERY_MS = 2_000;
const LOOKS = 150;

/** One call as it was: what was said, with its sound where there is one, what tools did, and the trail of its events. */
export function CallDetail({ callSid }: { readonly callSid: string }) {
  const [call, setCall] = useState<RecordedCall>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (left: number): void => {
      askJson<RecordedCall>(`v1/calls/${encodeURIComponent(callSid)}`, { signal: gone.signal }).then(
        (found) => {
          setCall(found);
          setFault(undefined);
          if (!isSettled(found) && left > 0) timer = setTimeout(look, LOOK_EVERY_MS, left - 1);
        },
        (error: unknown) => {
          if (!gone.signal.aborted) setFault((error as Error).message);
        },
      );
    };
    look(LOOKS);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [callSid]);
  return (
    <section aria-labelledby="call">
      <p>
        <a href="#/calls">All calls</a>
      </p>
      <h1 id="call">{call === undefined ? 'Call' : `Call of ${when(call.startedAt)}`}</h1>
      {fault !== undefined && <p role="alert">{fault}</p>}
      {call === undefined && fault === undefined && <p aria-busy="true">Loading…</p>}
      {call !== undefined && <Whole call={call} />}
    </section>
  );
}

function Whole({ call }: { readonly call: RecordedCall }) {
  const { callSid, agent, user, channel, direction, durationMs, endReason, status, providers, cost, summary, tools } =
    call;
  const [fault, setFault] = useState<string>();
  const facts: readonly (readonly [string, string])[] = [
    ['Agent', agent],
    ['User', user ?? 'unknown'],
    ['Way', `${channel}, ${direction}`],
    ['Length', durationMs === null ? 'unknown' : duration(durationMs)],
    ['Ended', [status, endReason].filter(Boolean).join(': ')],
    ['Recogniser', providers?.stt ?? ''],
    ['Language model', providers?.llm ?? ''],
    ['Voice', [providers?.tts, providers?.voice].filter(Boolean).join(', ')],
    ['Cost', costs(cost)],
    ['call_sid', callSid],
  ];
  const save = (format: string): void => {
    setFault(undefined);
    download(callSid, format).catch((error: unknown) => setFault((error as Error).message));
  };
  return (
    <>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {summary?.text && (
        <article>
          <h2>Summary</h2>
          <p>{summary.text}</p>
          {summary.outcome !== null && <Json value={summary.outcome} label="Outcome" />}
        </article>
      )}
      <Replay call={call} />
      <p class="row">
        {['text', 'vtt', 'json'].map((format) => (
          <button key={format} type="button" class="secondary outline small" onClick={() => save(format)}>
            {`Save as ${format === 'vtt' ? 'WebVTT' : format}`}
          </button>
        ))}
      </p>
      {fault !== undefined && <p role="alert">{fault}</p>}
      {tools.length > 0 && (
        <section aria-labelledby="tools">
          <h2 id="tools">Tools</h2>
          {tools.map(({ toolCallId, name, ok, code, message, durationMs: took, arguments: given }) => (
            <details key={toolCallId}>
              <summary>
                {words(name)}{' '}
                <small>{`${ok === true ? 'done' : (code ?? 'not done')}${took === null ? '' : ` · ${milliseconds(took)}`}`}</small>
              </summary>
              {message !== null && <p>{message}</p>}
              <Json value={given} label={`Arguments of ${words(name)}`} />
            </details>
          ))}
        </section>
      )}
      <details>
        <summary>{`Trail of ${call.events.length} events`}</summary>
        <Json value={call.events} label="Trail of events" />
      </details>
    </>
  );
}

const ENDINGS: Readonly<Record<string, string>> = { text: 'txt' };

async function download(callSid: string, format: string): Promise<void> {
  const response = await ask(`v1/calls/${encodeURIComponent(callSid)}/transcript?format=${format}`);
  const url = URL.createObjectURL(await response.blob());
  const name = `${callSid}.${ENDINGS[format] ?? format}`;
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
