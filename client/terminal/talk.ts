// A call that goes on until one of the two sides hangs up, whoever speaks into it and whatever plays the answer.
import type { SessionInfo } from '../client-events.js';
import type { ConnectOptions } from '../connect-options.js';
import { samplesOf } from '../audio/pcm.js';
import { CallRecorder } from '../node/call-recorder.js';
import { ReadingVoice } from '../node/reading-voice.js';
import type { VirtualSpeakerOptions } from '../node/virtual-speaker.js';
import { ResponsePlayback } from '../playback/response-playback.js';
import type { Speaker } from '../playback/speaker.js';
import { TextPlayback } from '../playback/text-playback.js';
import type { CallReport } from './call.js';
import { connect } from './connect.js';
import { noteConnection } from './connection-notes.js';
import { allOf, type CallObserver } from './observer.js';

export interface TalkOptions {
  readonly connection: Omit<ConnectOptions, 'audio'>;
  readonly observers: readonly CallObserver[];
  readonly record?: boolean;
  /** Hangs up. */
  readonly signal: AbortSignal;
}

/** Where the caller's voice comes from. */
export interface Source {
  /** Settles when it gives no more: with the failure that the call ends with, or undefined to hang up. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

export interface Devices {
  /** Hz, both ways. */
  readonly sampleRate: number;
  /** Told once the session is there; `send` takes PCM16 at its rate. */
  source(session: SessionInfo, send: (pcm: Uint8Array) => void): Source;
  speaker(options: VirtualSpeakerOptions): Speaker;
  /** For the one who is about to talk. */
  readonly hint: string;
}

/** Throws a TerminalFailure when there is no session, and what the source ended with. */
export async function talk(options: TalkOptions, devices: Devices): Promise<CallReport> {
  const { signal } = options;
  const observer = allOf(options.observers);
  const format = { encoding: 'pcm16', sampleRate: devices.sampleRate } as const;
  const { client, session } = await connect({ ...options.connection, audio: { input: format, output: format } });
  const { input, output } = session.audio;
  const recording = new CallRecorder({
    callerRate: input.sampleRate,
    agentRate: output.sampleRate,
    startedAt: performance.now(),
  });
  const heard = (samples: Int16Array, atMs: number): void => recording.agent(samples, atMs);
  const speaker = devices.speaker({ sampleRate: output.sampleRate, ...(options.record === true ? { heard } : {}) });
  const playback = new ResponsePlayback(client, speaker);
  const reading = new TextPlayback(client, new ReadingVoice());
  const closed = new Promise<undefined>((resolve) => client.once('closed', () => resolve(undefined)));
  let ended: CallReport['ended'];
  client.on('message', (message) => observer.message(message));
  noteConnection(client, (text) => observer.note(text));
  client.on('session.ended', (message) => {
    ended = message;
  });
  const source = devices.source(session, (pcm) => {
    client.sendAudio(pcm);
    if (options.record === true) {
      const samples = samplesOf(pcm);
      recording.caller(samples, performance.now() - (samples.length * 1000) / input.sampleRate);
    }
  });
  const hangUp = (): void => void client.end();
  signal.addEventListener('abort', hangUp, { once: true });
  if (signal.aborted) hangUp();
  observer.connected(session);
  observer.note(devices.hint);
  const failure = await Promise.race([closed, source.ended]);
  signal.removeEventListener('abort', hangUp);
  await client.end();
  await source.stop();
  playback.dispose();
  reading.dispose();
  await speaker.close();
  if (failure !== undefined) throw failure;
  const report = { session, turns: [], ended, ...(options.record === true ? { wav: recording.wav() } : {}) };
  observer.callOver(report);
  return report;
}
