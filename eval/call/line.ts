// One end of the line: the client library with a microphone that never stops and a loudspeaker that plays at real time,
// in a room. Writes down everything that happens.
import { bytesOf } from '../../client/audio/pcm.js';
import { PacedMicrophone } from '../../client/node/paced-microphone.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { VoiceClient } from '../../client/voice-client.js';
import { RATE } from '../script/spelling.js';
import { CallLog } from './call-log.js';
import type { Room } from './room.js';

const FORMAT = { encoding: 'pcm16', sampleRate: RATE } as const;
/** For a machine that does ten other things, ms. */
const CONNECT_TIMEOUT_MS = 30_000;

export interface LineOptions {
  readonly url: string;
  readonly token: string;
  readonly agent: string;
  readonly room: Room;
  /** Tells the server that the microphone does not hear the agent: so where nothing is heard at all. */
  readonly echoCancellation: boolean;
}

export class Line {
  readonly log = new CallLog(performance.now());
  readonly microphone: PacedMicrophone;
  private readonly speaker: VirtualSpeaker;
  private readonly playback: ResponsePlayback;
  /** The response that the loudspeaker plays. */
  private playing: string | undefined;

  private constructor(
    readonly client: VoiceClient,
    private readonly room: Room,
  ) {
    this.speaker = new VirtualSpeaker({ sampleRate: RATE, heard: (samples, atMs) => this.heard(samples, atMs) });
    this.playback = new ResponsePlayback(client, this.speaker);
    this.microphone = new PacedMicrophone({
      sampleRate: RATE,
      send: () => undefined,
      tap: (frame, atMs) => {
        this.speaker.heardSamples(); // tells the room what was played until now
        client.sendAudio(bytesOf(this.room.mixed(frame, atMs)));
      },
    });
    this.listen();
    this.microphone.start();
  }

  static async open({ url, token, agent, room, echoCancellation }: LineOptions): Promise<Line> {
    const client = new VoiceClient();
    const audio = { input: FORMAT, output: FORMAT, echoCancellation };
    await client.connect({ url, token, agent, audio, connectTimeoutMs: CONNECT_TIMEOUT_MS });
    return new Line(client, room);
  }

  /** How much of a response was heard so far, ms. */
  heardMs(responseId: string): number {
    return this.playback.playedMs(responseId) ?? this.log.response(responseId).heardMs;
  }

  async hangUp(): Promise<void> {
    this.microphone.stop();
    await this.client.end();
    this.playback.dispose();
    await this.speaker.close();
  }

  private listen(): void {
    const { client, log, playback } = this;
    client.on('message', (message) => {
      log.add(message);
      if (message.type === 'response.started') log.response(message.responseId);
      if (message.type === 'response.audio_done') log.response(message.responseId).complete = true;
    });
    client.on('audio', ({ responseId, chunk }) => {
      const response = log.response(responseId);
      if (response.chunks.length === 0) log.add({ type: 'response.audio', responseId });
      response.chunks.push(chunk);
      response.lastAudioAtMs = log.nowMs;
    });
    client.on('message.ignored', ({ reason }) => log.ignored.push(reason));
    client.on('closed', ({ code }) => log.add({ type: 'call.closed', code }));
    playback.on('started', ({ responseId }) => {
      this.playing = responseId;
    });
    playback.on('finished', ({ responseId, playedMs }) => {
      log.response(responseId).heardMs = playedMs;
      log.add({ type: 'playback.finished', responseId });
    });
    playback.on('interrupted', ({ responseId, playedMs }) => {
      log.response(responseId).heardMs = playedMs;
    });
  }

  private heard(samples: Int16Array, atMs: number): void {
    this.room.played(samples, atMs);
    if (this.playing !== undefined) this.log.response(this.playing).heard.push(samples);
  }
}
