import { VoiceClientError } from '../errors.js';
import type { AudioContextLike, BrowserAudio, WorkletNodeLike } from './web-audio.js';

/** How long a context may take to run, or to change its device, ms: a Bluetooth device needs a second or two. */
const START_MS = 3000;

interface Worklet {
  readonly name: string;
  readonly source: string;
  /** Where the page serves the source; a blob: address is made when absent. */
  readonly url: string | undefined;
}

/** A context at this rate, Hz; the device's own when absent. Throws `audio_unavailable` where there can be none. */
export function createContext(audio: BrowserAudio, sampleRate?: number): AudioContextLike {
  try {
    return audio.createContext(sampleRate);
  } catch (cause) {
    throw unavailable('the browser gives no audio context', cause);
  }
}

/** Loads the module and makes its node. Rejects with `audio_unavailable`. */
export async function createWorklet(
  audio: BrowserAudio,
  context: AudioContextLike,
  { name, source, url }: Worklet,
): Promise<WorkletNodeLike> {
  try {
    await context.audioWorklet.addModule(url ?? audio.moduleUrl(source));
    return audio.createWorklet(context, name);
  } catch (cause) {
    throw unavailable('the audio worklet does not run: see docs/browser-client.md for policies and bundlers', cause);
  }
}

/**
 * Lets the context run. Rejects with `audio_blocked` when the browser waits for the user: its own promise stays open until
 * a click that may never come. https://www.w3.org/TR/webaudio/#dom-audiocontext-resume
 */
export async function startContext(context: AudioContextLike): Promise<void> {
  const blocked = new VoiceClientError('audio_blocked', 'the browser starts no audio before a click or a key press', {
    retryable: true,
  });
  try {
    await unlessLate(context.resume(), blocked);
  } catch (cause) {
    throw cause instanceof VoiceClientError ? cause : unavailable('the audio context does not start', cause);
  }
}

/** The promise's own outcome, or `late` after three seconds: a browser may leave its promises open. */
export async function unlessLate(promise: Promise<void>, late: Error): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), START_MS);
  });
  try {
    await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(what: string, cause: unknown): VoiceClientError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new VoiceClientError('audio_unavailable', `${what} (${reason})`, { cause });
}
