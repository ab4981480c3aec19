// A call with a person at the machine's own microphone and loudspeaker, until one of the two sides hangs up.
import type { ConnectOptions } from '../connect-options.js';
import { samplesOf } from '../audio/pcm.js';
import { firstInstalled, playCommands, recordCommands } from '../node/audio-programs.js';
import { CallRecorder } from '../node/call-recorder.js';
import { ProgramMicrophone } from '../node/program-microphone.js';
import { ProgramSpeaker } from '../node/program-speaker.js';
import { VirtualSpeaker } from '../node/virtual-speaker.js';
import { ReadingVoice } from '../node/reading-voice.js';
import { ResponsePlayback } from '../playback/response-playback.js';
import { TextPlayback } from '../playback/text-playback.js';
import type { CallReport } from './call.js';
import { connect } from './connect.js';
import { noteConnection } from './connection-notes.js';
import { EXIT, TerminalFailure } from './failure.js';
import { allOf, type CallObserver } from './observer.js';
import { DEFAULT_SAMPLE_RATE } from './prepare.js';

export interface LiveCallOptions {
  readonly connection: Omit<ConnectOptions, 'audio'>;
  readonly observers: readonly CallObserver[];
  /** Where to look for programs: the PATH of the environment. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
  readonly record?: boolean;
  /** Hangs up. */
  readonly signal: AbortSignal;
}

/** Throws a TerminalFailure when nothing can record, or there is no session. */
export async function liveCall(options: LiveCallOptions): Promise<CallReport> {
  const { path, platform, signal } = options;
  const observer = allOf(options.observers);
  const recorder = firstInstalled(recordCommands(DEFAULT_SAMPLE_RATE, platform), path);
  if (recorder === undefined) throw new TerminalFailure(noRecorder(platform), EXIT.missingProgram);

  const format = { encoding: 'pcm16', sampleRate: DEFAULT_SAMPLE_RATE } as const;
  const { client, session } = await connect({ ...options.connection, audio: { input: format, output: format } });
  const { input, output } = session.audio;
  const recording = new CallRecorder({
    callerRate: input.sampleRate,
    agentRate: output.sampleRate,
    startedAt: performance.now(),
  });
  const heard = (samples: Int16Array, atMs: number): void => recording.agent(samples, atMs);
  const player = firstInstalled(playCommands(output.sampleRate), path);
  const speakerOptions = { sampleRate: output.sampleRate, ...(options.record === true ? { heard } : {}) };
  const speaker =
    player === undefined
      ? new VirtualSpeaker(speakerOptions)
      : new ProgramSpeaker(player, speakerOptions, (reason) => observer.note(reason));
  const playback = new ResponsePlayback(client, speaker);
  const reading = new TextPlayback(client, new ReadingVoice());
  const closed = new Promise<void>((resolve) => client.once('closed', () => resolve()));
  let ended: CallReport['ended'];
  client.on('message', (message) => observer.message(message));
  noteConnection(client, (text) => observer.note(text));
  client.on('session.ended', (message) => {
    ended = message;
  });
  const microphone = new ProgramMicrophone(recorder, (pcm) => {
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
  observer.note(
    player === undefined
      ? `nothing here can play audio (${install(platform)}): the reply is shown only`
      : 'talk now; use headphones, because nothing here takes the loudspeaker out of the microphone. Ctrl-C hangs up',
  );
  const broken = await Promise.race([closed, microphone.ended]);
  signal.removeEventListener('abort', hangUp);
  await client.end();
  await microphone.stop();
  playback.dispose();
  reading.dispose();
  await speaker.close();
  if (typeof broken === 'string') throw new TerminalFailure(broken, EXIT.missingProgram);
  const report = { session, turns: [], ended, ...(options.record === true ? { wav: recording.wav() } : {}) };
  observer.callOver(report);
  return report;
}

const install = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? 'brew install sox' : 'sudo apt-get install -y alsa-utils';

const noRecorder = (platform: NodeJS.Platform): string =>
  `--mic needs arecord, rec (sox) or ffmpeg to record with; none is installed. Run: ${install(platform)}`;
