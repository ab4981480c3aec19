// The call of a page as React hooks.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { listDevices, type Devices } from '../browser/devices.js';
import type { AudioInterruption } from '../browser/audio-watch.js';
import { checkedVolume } from '../browser/browser-speaker.js';
import { VoiceCall, type CallEnded, type CallState, type VoiceCallOptions } from '../browser/voice-call.js';
import { VoiceClientError } from '../errors.js';
import { Transcript, type TranscriptEntry } from '../transcript.js';

export interface UseCall {
  /** The call that is going on, or was the last; for `useTranscript`, and for its `client`'s events. */
  readonly call: VoiceCall | undefined;
  readonly state: CallState;
  /** Why the last call could not begin. */
  readonly error: Error | undefined;
  /** How the last call ended. */
  readonly ended: CallEnded | undefined;
  readonly muted: boolean;
  /** How loud the agent is, 0 to 1; kept from one call to the next. */
  readonly volume: number;
  /** The browser does not run a device; `remedy` says what helps. Undefined when it works again. */
  readonly interruption: AudioInterruption | undefined;
  /** The microphone has given nothing but silence so far. */
  readonly silent: boolean;
  /** Begins a call; from a click. Never rejects: see `error`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly setMuted: (muted: boolean) => void;
  /** Throws `invalid_argument`. */
  readonly setVolume: (volume: number) => void;
  /** Goes on with another microphone, or opens the same one again; rejects as `VoiceCall.useMicrophone` does. */
  readonly setMicrophone: (deviceId?: string) => Promise<void>;
  /** Plays on another loudspeaker, in the next call too; rejects as `VoiceCall.useSpeaker` does. */
  readonly setSpeaker: (deviceId?: string) => Promise<void>;
  /** Says something by text; throws `wrong_state` where there is no call. */
  readonly sendText: (text: string) => void;
  /** Stops what the agent is saying. */
  readonly interrupt: () => void;
}

/** One call at a time, with the options as they are when it begins. It is hung up when the component goes away. */
export function useCall(options: VoiceCallOptions): UseCall {
  const latest = useRef(options);
  const current = useRef<VoiceCall>(undefined);
  const [call, setCall] = useState<VoiceCall>();
  const [state, setState] = useState<CallState>('idle');
  const [error, setError] = useState<Error>();
  const [ended, setEnded] = useState<CallEnded>();
  const [muted, mute] = useState(false);
  const [volume, tellVolume] = useState(1);
  const [interruption, setInterruption] = useState<AudioInterruption>();
  const [silent, setSilent] = useState(false);
  const loudness = useRef(1);
  const speaker = useRef<string>(undefined);
  // A call is gone on with once; the next is a new one.
  const resumed = useRef<VoiceCallOptions['resume']>(undefined);

  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => () => void current.current?.stop(), []);

  const start = useCallback(async () => {
    const before = current.current;
    if (before !== undefined && before.state !== 'ended') return;
    const { resume, ...others } = latest.current;
    const next = new VoiceCall(resume === resumed.current ? others : latest.current);
    resumed.current = resume;
    current.current = next;
    setCall(next);
    setError(undefined);
    setEnded(undefined);
    setInterruption(undefined);
    setSilent(false);
    mute(false);
    next.volume = loudness.current;
    // Only kept until it starts: it cannot fail yet.
    if (speaker.current !== undefined) void next.useSpeaker(speaker.current);
    next.on('state', (told) => setState(told.state));
    next.on('ended', setEnded);
    next.on('audio.interrupted', setInterruption);
    next.on('audio.restored', () => setInterruption(undefined));
    next.on('microphone.silent', () => setSilent(true));
    next.client.on('speech.started', () => setSilent(false));
    try {
      await next.start();
    } catch (cause) {
      // Whoever hangs up before it has begun is not told that it did not begin.
      if ((cause as { code?: string }).code !== 'aborted') setError(cause as Error);
    }
  }, []);
  const stop = useCallback(async () => current.current?.stop(), []);
  const setMuted = useCallback((wanted: boolean) => {
    if (current.current !== undefined) current.current.muted = wanted;
    mute(wanted);
  }, []);
  const setVolume = useCallback((wanted: number) => {
    loudness.current = checkedVolume(wanted);
    if (current.current !== undefined) current.current.volume = wanted;
    tellVolume(wanted);
  }, []);
  const setMicrophone = useCallback(async (deviceId?: string) => current.current?.useMicrophone(deviceId), []);
  const setSpeaker = useCallback(async (deviceId?: string) => {
    await current.current?.useSpeaker(deviceId);
    speaker.current = deviceId;
  }, []);
  const sendText = useCallback((text: string) => {
    if (current.current === undefined) throw new VoiceClientError('wrong_state', 'sendText before start');
    current.current.sendText(text);
  }, []);
  const interrupt = useCallback(() => current.current?.interrupt(), []);
  return {
    call,
    state,
    error,
    ended,
    muted,
    volume,
    interruption,
    silent,
    start,
    stop,
    setMuted,
    setVolume,
    setMicrophone,
    setSpeaker,
    sendText,
    interrupt,
  };
}

const NOTHING: readonly TranscriptEntry[] = [];

/** What both sides say, as it is said. */
export function useTranscript(call: VoiceCall | undefined): readonly TranscriptEntry[] {
  const transcript = useRef<Transcript>(undefined);
  const subscribe = useCallback(
    (changed: () => void) => {
      if (call === undefined) return () => undefined;
      const following = new Transcript(call.client);
      transcript.current = following;
      following.on('changed', changed);
      changed();
      return () => following.dispose();
    },
    [call],
  );
  const read = () => (call === undefined ? NOTHING : (transcript.current?.entries ?? NOTHING));
  return useSyncExternalStore(subscribe, read, () => NOTHING);
}

/** How often meters move, ms. */
const METER_MS = 50;

/** How loud both sides are, 0 to 1, for meters; looked at 20 times a second while the call goes on. */
export function useLevels(call: VoiceCall | undefined): { readonly microphone: number; readonly agent: number } {
  const [levels, setLevels] = useState({ microphone: 0, agent: 0 });
  useEffect(() => {
    if (call === undefined) return undefined;
    const look = (): void => {
      const { microphoneLevel: microphone, speakerLevel: agent } = call;
      setLevels((old) => (old.microphone === microphone && old.agent === agent ? old : { microphone, agent }));
      if (call.state === 'ended') clearInterval(timer);
    };
    const timer = setInterval(look, METER_MS);
    return () => clearInterval(timer);
  }, [call]);
  return levels;
}

const NO_DEVICES: Devices = { microphones: [], speakers: [] };

/** The devices of the browser, kept up to date. They have names once the page may use the microphone. */
export function useDevices(): Devices {
  const [devices, setDevices] = useState(NO_DEVICES);
  useEffect(() => {
    const list = listDevices((found) => setDevices(found));
    return () => list.stop();
  }, []);
  return devices;
}
