import { useEffect, useState } from 'preact/hooks';
import type { ServerEvent } from '../../../client/client-events.js';
import { ask } from '../session/api.js';
import { follow } from './event-stream.js';
import type { LiveCall } from './supervise-page.js';
import { afterEvent, type Heard } from './overheard.js';

/** One call as it happens, and what a supervisor may do about it. */
export function LiveCallView({ callSid, call }: { readonly callSid: string; readonly call: LiveCall | undefined }) {
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  const [isOver, setOver] = useState(false);
  const [fault, setFault] = useState<string>();
  const path = `v1/admin/live/${encodeURIComponent(callSid)}`;
  useEffect(() => {
    const gone = new AbortController();
    follow(`${path}/events`, gone.signal, ({ name, data }) => {
      const event = data as ServerEvent;
      if (name === 'cut') setFault((data as { readonly message: string }).message);
      if (event.type === 'session.ended') setOver(true);
      setHeard((before) => afterEvent(before, name, data));
    }).catch((error: unknown) => {
      if (!gone.signal.aborted) setFault((error as Error).message);
    });
    return () => gone.abort();
  }, [path]);
  const act = async (what: string, body?: object): Promise<boolean> => {
    try {
      await ask(`${path}/${what}`, { as: 'supervisor', method: 'POST', body: body ?? {} });
      setFault(undefined);
      return true;
    } catch (error) {
      setFault((error as Error).message);
      return false;
    }
  };
  const isTaken = call !== undefined && call.takenOverBy !== null;
  return (
    <article class="live-call" aria-label={`Call of ${call?.userId ?? callSid}`}>
      <div>
        <h2>{isOver ? 'The call is over' : `What is said${call === undefined ? '' : ` to ${call.agent}`}`}</h2>
        <ol class="replay" aria-live="polite">
          {heard.map(({ id, who, text, isGuess }) => (
            <li key={id}>
              <small class="who">{who}</small>
              <p class={isGuess ? 'partial' : undefined}>{text}</p>
            </li>
          ))}
        </ol>
      </div>
      <div>
        <p role="alert" class="fault">
          {fault}
        </p>
        <Speak
          label="Whisper to the agent"
          help="An instruction; the caller does not hear it."
          button="Whisper"
          isOff={isOver}
          send={(text) => act('whisper', { text })}
        />
        <button
          type="button"
          class="secondary"
          disabled={isOver}
          onClick={() => void act('take-over', { active: !isTaken })}
        >
          {isTaken ? 'Give back to the agent' : 'Take over'}
        </button>
        {isTaken && (
          <Speak
            label="Say to the caller"
            help="Spoken with the agent’s voice."
            button="Say"
            isOff={isOver}
            send={(text) => act('say', { text })}
          />
        )}
        <button type="button" class="contrast outline" disabled={isOver} onClick={() => void act('hang-up')}>
          Hang up
        </button>
      </div>
    </article>
  );
}

interface SpeakProps {
  readonly label: string;
  readonly help: string;
  readonly button: string;
  readonly isOff: boolean;
  readonly send: (text: string) => Promise<boolean>;
}

function Speak({ label, help, button, isOff, send }: SpeakProps) {
  const [text, setText] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await send(text.trim())) setText('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <label>
        {label}
        <textarea
          rows={2}
          maxLength={1000}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <small>{help}</small>
      </label>
      <button type="submit" disabled={isOff || text.trim() === ''}>
        {button}
      </button>
    </form>
  );
}
