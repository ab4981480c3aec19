// The call of a page as React hooks.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { listDevices, type Devices } from '../browser/devices.js';
import { VoiceCall, type CallState, type VoiceCallOptions } from '../browser/voice-call.js';
import { Transcript, type TranscriptEntry } from '../transcript.js';

export interface UseCall {
  /** The call that is going on, or was the last; for `useTranscript`, and for its `client`'s events. */
  readonly call: VoiceCall | undefined;
  readonly state: CallState;
  /** Why the last call could not begin. */
  readonly error: Error | undefined;
  readonly muted: boolean;
  /** Begins a call; from a click. Never rejects: see `error`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly setMuted: (muted: boolean) => void;
}

/** One call at a time, with the options as they are when it begins. It is hung up when the component goes away. */
export function useCall(options: VoiceCallOptions): UseCall {
  const latest = useRef(options);
  const current = useRef<VoiceCall>(undefined);
  const [call, setCall] = useState<VoiceCall>();
  const [state, setState] = useState<CallState>('idle');
  const [error, setError] = useState<Error>();
  const [muted, mute] = useState(false);
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
    mute(false);
    next.on('state', (told) => setState(told.state));
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
  return { call, state, error, muted, start, stop, setMuted };
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
