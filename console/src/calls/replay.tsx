import { useEffect, useRef, useState } from 'preact/hooks';
import { duration } from '../parts/format.js';
import { askJson } from '../session/api.js';
import { ApiError } from '../session/problem.js';
import { sinceStart, type Entry, type RecordedCall } from './records.js';

interface Recording {
  readonly url: string;
  readonly startedAt: string;
  readonly durationMs: number;
}

const WHO = { user: 'Caller', agent: 'Agent', person: 'Person' } as const;

/** What was said, and its sound beside it where the call was recorded: the words that are being heard are marked. */
export function Replay({ call }: { readonly call: RecordedCall }) {
  const audio = useRef<HTMLAudioElement>(null);
  const [recording, setRecording] = useState<Recording>();
  const [why, setWhy] = useState<string>();
  const [atMs, setAtMs] = useState<number>();
  const trail = new Set(call.events.map(({ kind }) => kind));
  const isReady = trail.has('recording.ready');
  useEffect(() => {
    if (!isReady) return undefined;
    const gone = new AbortController();
    askJson<Recording>(`v1/calls/${encodeURIComponent(call.callSid)}/recording`, { signal: gone.signal }).then(
      setRecording,
      (error: unknown) => {
        if (gone.signal.aborted) return;
        const isGone = error instanceof ApiError && error.status === 404;
        setWhy(isGone ? 'The recording has been deleted.' : (error as Error).message);
      },
    );
    return () => gone.abort();
  }, [call.callSid, isReady]);
  // Places in the recording are counted from where it begins.
  const placeOf = ({ startedAt }: Entry): number =>
    recording === undefined ? 0 : Math.max(0, Date.parse(startedAt) - Date.parse(recording.startedAt));
  const current = atMs === undefined ? undefined : call.transcript.findLast((entry) => placeOf(entry) <= atMs)?.id;
  const goTo = (entry: Entry): void => {
    const { current: player } = audio;
    if (player === null) return;
    player.currentTime = placeOf(entry) / 1000;
    void player.play();
  };
  return (
    <section aria-labelledby="said">
      <h2 id="said">Conversation</h2>
      {recording === undefined ? (
        <p class="muted">{why ?? soundOf(trail)}</p>
      ) : (
        <audio
          ref={audio}
          controls
          preload="metadata"
          src={recording.url.replace(/^\//, '')}
          aria-label="Recording: the caller left, the agent right"
          onTimeUpdate={({ currentTarget }) => setAtMs(currentTarget.currentTime * 1000)}
        />
      )}
      <ol class="replay">
        {call.transcript.map((entry) => (
          <li key={entry.id} class={entry.speaker} aria-current={entry.id === current ? 'true' : undefined}>
            {recording === undefined ? (
              <time>{duration(sinceStart(call, entry.startedAt))}</time>
            ) : (
              <button
                type="button"
                class="time"
                aria-label={`Play from ${duration(placeOf(entry))}`}
                onClick={() => goTo(entry)}
              >
                {duration(placeOf(entry))}
              </button>
            )}
            <p>
              <small class="who">{WHO[entry.speaker]}</small> <Spoken entry={entry} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Why there is nothing to be played, by the trail of the call. */
function soundOf(trail: ReadonlySet<string>): string {
  if (trail.has('recording.ready')) return 'Loading…';
  if (trail.has('recording.failed')) return 'The recording failed: the trail below says why.';
  return trail.has('recording.started') ? 'The recording is being made…' : 'This call was not recorded.';
}

/** Of a reply that was cut off, what was heard, and what was not. */
function Spoken({ entry: { text, heardText } }: { readonly entry: Entry }) {
  if (heardText === null || heardText === text) return <>{text}</>;
  const rest = text.startsWith(heardText) ? text.slice(heardText.length) : ` ${text}`;
  return (
    <>
      {heardText}
      <del class="unheard" title="Cut off: this was not heard">
        {rest}
      </del>
    </>
  );
}
