import { useEffect, useState } from 'preact/hooks';
import { CaptionLine } from './captions.js';
import { mayGoOn } from './kept-call.js';
import { hold, interrupt, isHeld, isMuted, isOver, letGo, mute, notice, say, start, state, stop } from './live-call.js';
import { Levels } from './levels.js';
import { change, settings } from './settings.js';

const SAYS = {
  idle: 'Ready.',
  connecting: 'Calling…',
  talking: 'Connected: talk.',
  reconnecting: 'Reconnecting…',
  ending: 'Hanging up…',
  ended: 'The call is over.',
} as const;

/** The one button, and what there is to do in a call. */
export function CallBar({ example }: { readonly example: string }) {
  const isTalking = state.value === 'talking' || state.value === 'reconnecting';
  const isPush = settings.value.mode === 'push';
  usePushKey(isPush && isTalking);
  const told = notice.value;
  return (
    <footer class="call-bar">
      {settings.value.captions && <CaptionLine />}
      <p role="status" class={told === undefined ? 'status' : `status ${told.tone}`}>
        {told?.text ??
          (isTalking && isPush ? 'Connected: hold the button, or the space bar, while you speak.' : SAYS[state.value])}
      </p>
      <div class="controls">
        <button
          type="button"
          class={isOver.value ? 'talk' : 'talk hang-up'}
          onClick={() => void (isOver.value ? start() : stop())}
        >
          {isOver.value ? (mayGoOn.value ? 'Go on' : 'Talk') : 'Hang up'}
        </button>
        {isTalking && isPush && (
          <button
            type="button"
            class="hold"
            aria-pressed={isHeld.value}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              hold();
            }}
            onPointerUp={letGo}
            onPointerCancel={letGo}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.repeat) hold();
            }}
            onKeyUp={(event) => {
              if (event.key === 'Enter') letGo();
            }}
          >
            {isHeld.value ? 'Listening…' : 'Hold to speak'}
          </button>
        )}
        {isTalking && settings.value.mode === 'open' && (
          <button
            type="button"
            class="secondary outline"
            aria-pressed={isMuted.value}
            onClick={() => mute(!isMuted.value)}
          >
            {isMuted.value ? 'Unmute' : 'Mute'}
          </button>
        )}
        {isTalking && (
          <button type="button" class="secondary outline" onClick={interrupt}>
            Stop talking
          </button>
        )}
        {isTalking && (
          <button
            type="button"
            class="secondary outline"
            aria-pressed={settings.value.captions}
            onClick={() => change({ captions: !settings.value.captions })}
          >
            Captions
          </button>
        )}
        {isTalking && <Levels />}
      </div>
      <Composer disabled={!isTalking} />
      {example !== '' && (
        <small class="muted example">
          {isOver.value ? 'Press Talk, and ask: ' : 'Speak or type, for example: '}“{example}”
        </small>
      )}
    </footer>
  );
}

function Composer({ disabled }: { readonly disabled: boolean }) {
  const [text, setText] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    say(text.trim());
    setText('');
  };
  return (
    <form class="composer" onSubmit={submit}>
      <input
        aria-label="Type instead of speaking"
        value={text}
        maxLength={4000}
        disabled={disabled}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="secondary" disabled={disabled || text.trim() === ''}>
        Send
      </button>
    </form>
  );
}

/** The space bar is the key of push to talk, wherever nothing else wants it. */
function usePushKey(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    const wanted = ({ code, target }: KeyboardEvent): boolean =>
      code === 'Space' &&
      !(target instanceof Element && target.closest('input, select, button, summary, a, textarea') !== null);
    const down = (event: KeyboardEvent): void => {
      if (!wanted(event)) return;
      event.preventDefault();
      if (!event.repeat) hold();
    };
    const up = (event: KeyboardEvent): void => {
      if (event.code === 'Space') letGo();
    };
    addEventListener('keydown', down);
    addEventListener('keyup', up);
    addEventListener('blur', letGo);
    return () => {
      removeEventListener('keydown', down);
      removeEventListener('keyup', up);
      removeEventListener('blur', letGo);
    };
  }, [isOn]);
}
