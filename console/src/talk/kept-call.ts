// What a page that is loaded anew goes on with its call by. It is a secret, good once, and for this tab alone: it is in the tab's
// storage while the page is away, and nowhere else.
import { computed, signal } from '@preact/signals';
import type { VoiceCallOptions } from '../../../client/browser/voice-call.js';

type Handle = NonNullable<VoiceCallOptions['resume']>;

const KEY = 'parley.console.call';
const kept = signal(read());
/** The page was loaded anew in the middle of a call. */
export const mayGoOn = computed(() => kept.value !== undefined);

function read(): Handle | undefined {
  try {
    const text = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as Handle);
  } catch {
    // A browser that keeps nothing.
    return undefined;
  }
}

/** For one try. */
export function takeKept(): Handle | undefined {
  const { value } = kept;
  kept.value = undefined;
  return value;
}

/** For another one. */
export function keep(handle: Handle): void {
  kept.value = handle;
}

/** Puts it away when the page goes. */
export function keepWhileAway(current: () => Handle | undefined): void {
  addEventListener('pagehide', () => {
    const handle = current() ?? kept.value;
    if (handle === undefined) return;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(handle));
    } catch {
      // A browser that keeps nothing: the call waits for nobody then.
    }
  });
}
