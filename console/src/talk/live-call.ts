// The call that this page has, or had last, as signals that the page's parts read.
import { batch, computed, signal } from '@preact/signals';
import { VoiceCall, type CallState } from '../../../client/browser/voice-call.js';
import { Captions, type Caption } from '../../../client/captions.js';
import type { ServerEvent } from '../../../client/client-events.js';
import { VoiceClientError } from '../../../client/errors.js';
import { Transcript } from '../../../client/transcript.js';
import { signOut, token } from '../session/token.js';
import { EventLog } from './event-log.js';
import { afterEntries, afterMessage, type Line } from './lines.js';
import { keep, keepWhileAway, takeKept } from './kept-call.js';
import { afterMetrics, type Latency } from './latencies.js';
import { callOf } from './offer.js';
import { settings } from './settings.js';

/** What the page tells its user besides the talk, and what helps. */
export interface Notice {
  readonly text: string;
  readonly tone: 'info' | 'warning' | 'error';
}

export const state = signal<CallState>('idle');
export const isMuted = signal(false);
/** Push to talk: the key is down. */
export const isHeld = signal(false);
export const notice = signal<Notice>();
export const lines = signal<readonly Line[]>([]);
export const latencies = signal<readonly Latency[]>([]);
/** Of the call: its `call_sid`, and which agent answers. */
export const session = signal<{ readonly sessionId: string; readonly agent: string }>();
export const events = new EventLog();
export const isOver = computed(() => state.value === 'idle' || state.value === 'ended');

let call: VoiceCall | undefined;
let captions: Captions | undefined;
keepWhileAway(() => call?.resumable);

/** Levels now, 0 to 1: the microphone's, and the agent's voice's. */
export const levels = (): { readonly microphone: number; readonly agent: number } => ({
  microphone: call?.microphoneLevel ?? 0,
  agent: call?.speakerLevel ?? 0,
});

/** What is being said now. */
export const captionNow = (): Caption | undefined => captions?.now;

const WORKLETS = {
  capture: new URL('console/capture-worklet.js', document.baseURI).href,
  playback: new URL('console/playback-worklet.js', document.baseURI).href,
};

const streamAddress = (): string => {
  const url = new URL('v1/stream', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
};

/** From a click or a key: browsers give neither microphone nor sound otherwise. */
export async function start(): Promise<void> {
  if (!isOver.value) return;
  const { microphone, speaker, volume, mode } = settings.value;
  const isManual = mode === 'push';
  const resume = takeKept();
  const next = new VoiceCall({
    url: streamAddress(),
    token: () => token(),
    worklets: WORKLETS,
    ...callOf(),
    ...(resume === undefined ? {} : { resume }),
    ...(mode === 'type' ? { microphone: false } : microphone === '' ? {} : { microphone: { deviceId: microphone } }),
    ...(isManual ? { turnDetection: 'manual' } : {}),
  });
  call = next;
  next.volume = volume;
  batch(() => {
    lines.value = [];
    latencies.value = [];
    notice.value = undefined;
    session.value = undefined;
    events.clear();
    mute(isManual);
  });
  follow(next);
  try {
    const { sessionId, agent: name } = await next.start();
    session.value = { sessionId, agent: name };
    if (speaker !== '') await next.useSpeaker(speaker).catch(warn);
  } catch (error) {
    const fault = error as VoiceClientError;
    // Whatever else it was: the next click tries to go on once more.
    if (resume !== undefined && fault.code !== 'resume_failed' && fault.code !== 'aborted') keep(resume);
    if (fault.code !== 'aborted') notice.value = { text: remedyOf(fault), tone: 'error' };
    if (fault.refusal?.status === 401) signOut();
  }
}

export const stop = (): Promise<void> => call?.stop() ?? Promise.resolve();

export function mute(muted: boolean): void {
  isMuted.value = muted;
  if (call !== undefined) call.muted = muted;
}

/** Push to talk: what is said until `letGo` is a turn. */
export function hold(): void {
  if (isHeld.value || state.value !== 'talking') return;
  isHeld.value = true;
  mute(false);
}

export function letGo(): void {
  if (!isHeld.value) return;
  isHeld.value = false;
  mute(true);
  call?.client.commit();
}

export function say(text: string): void {
  try {
    call?.sendText(text);
  } catch (error) {
    warn(error);
  }
}

export const interrupt = (): void => call?.interrupt();

/** Changes that hold for the call that is going on, too. */
export async function changeDevices({ microphone, speaker }: { microphone?: string; speaker?: string }): Promise<void> {
  if (call === undefined || isOver.value) return;
  if (microphone !== undefined) await call.useMicrophone(microphone === '' ? undefined : microphone).catch(warn);
  if (speaker !== undefined) await call.useSpeaker(speaker).catch(warn);
}

export function setVolume(volume: number): void {
  if (call !== undefined) call.volume = volume;
}

const warn = (error: unknown): void => {
  notice.value = { text: (error as Error).message, tone: 'warning' };
};

function follow(next: VoiceCall): void {
  captions?.dispose();
  captions = new Captions(next);
  const transcript = new Transcript(next.client);
  const isCurrent = (): boolean => call === next;
  transcript.on('changed', ({ entries }) => {
    if (isCurrent()) lines.value = afterEntries(lines.value, entries);
  });
  next.on('state', ({ state: entered }) => {
    if (!isCurrent()) return;
    state.value = entered;
    if (entered === 'reconnecting') notice.value = { text: RECONNECTING, tone: 'warning' };
    if (entered === 'talking') notice.value = undefined;
  });
  next.on('ended', ({ meaning, local }) => {
    // Why it could not begin, or what went wrong in it, stays; what was to be done about it does not.
    if (isCurrent() && notice.value?.tone !== 'error')
      notice.value = local ? undefined : { text: meaning, tone: 'info' };
    isHeld.value = false;
  });
  next.on('audio.interrupted', ({ message, remedy }) => {
    if (remedy === 'reopen') next.useMicrophone().catch(() => next.stop());
    notice.value = { text: remedy === 'click' ? `${message} Click anywhere to go on.` : message, tone: 'warning' };
  });
  next.on('audio.restored', () => {
    notice.value = undefined;
  });
  next.on('microphone.silent', () => {
    if (settings.value.mode === 'open') notice.value = { text: SILENT, tone: 'warning' };
  });
  const take = (message: ServerEvent): void => {
    if (!isCurrent()) return;
    events.add(message);
    batch(() => {
      lines.value = afterMessage(lines.value, message);
      if (message.type === 'turn.metrics') latencies.value = afterMetrics(latencies.value, message);
      if (message.type === 'speech.started' && notice.value?.text === SILENT) notice.value = undefined;
      if (message.type === 'supervisor.changed')
        notice.value = message.active ? { text: PERSON, tone: 'info' } : undefined;
      if (message.type === 'error') notice.value = { text: message.message, tone: message.fatal ? 'error' : 'warning' };
    });
  };
  next.client.on('history', take);
  next.client.on('message', take);
}

const RECONNECTING = 'The connection is lost. Reconnecting: go on speaking, what you say is kept.';
const PERSON = 'A person answers now.';
const SILENT = 'Nothing comes from the microphone. Is it switched off, or is another one meant?';

/** What the user can do about a call that did not begin. */
function remedyOf({ code, message, refusal }: VoiceClientError): string {
  if (code === 'microphone_unavailable') return `${MICROPHONE} (${message})`;
  if (code === 'audio_blocked') return 'The browser plays no sound yet. Press the button once more.';
  if (refusal?.status === 401) return `${refusal.message} Sign in again.`;
  if (code === 'unreachable') return 'The server cannot be reached. Is it running?';
  return message;
}

const MICROPHONE =
  'The microphone cannot be used. Allow it for this page (the icon in the address bar), check that one is plugged in, then press Talk again. You can also type: choose “Type only”.';
