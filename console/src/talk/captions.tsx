import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { cueOf, type Cue } from '../../../client/cue.js';
import { captionNow, session, state } from './live-call.js';

/** How often it is looked how far the voice is, ms: a word takes about 300. */
const LOOK_MS = 80;

interface Shown extends Cue {
  readonly speaker: 'caller' | 'agent';
}

const shown = signal<Shown>();

/**
 * What is being said now, in large letters, with the words that were heard already told from those that follow. Screen readers
 * have the conversation itself.
 */
export function CaptionLine() {
  const isLive = state.value === 'talking' || state.value === 'reconnecting' || state.value === 'ending';
  useEffect(() => {
    if (!isLive) return undefined;
    const look = (): void => {
      const caption = captionNow();
      const next = caption === undefined ? undefined : { ...cueOf(caption), speaker: caption.speaker };
      const { value } = shown;
      const isSame = next?.text === value?.text && next?.heard === value?.heard && next?.speaker === value?.speaker;
      if (!isSame) shown.value = next;
    };
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      shown.value = undefined;
    };
  }, [isLive]);
  if (!isLive) return undefined;
  const { text = '', heard = 0, speaker = 'agent' } = shown.value ?? {};
  // A word is lit as a whole.
  const upTo = heard === 0 ? 0 : heard + (/^\S*/.exec(text.slice(heard))?.[0].length ?? 0);
  return (
    <div class={`caption ${speaker}`} aria-hidden="true">
      {text !== '' && (
        <p>
          <span class="speaker">{speaker === 'caller' ? 'You' : (session.value?.agent ?? 'Agent')}</span>
          <span class="heard">{text.slice(0, upTo)}</span>
          <span class="ahead">{text.slice(upTo)}</span>
        </p>
      )}
    </div>
  );
}
