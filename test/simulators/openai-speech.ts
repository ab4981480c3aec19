import type { ServerResponse } from 'node:http';
import type { SimulatedSpeechRequest, SpeechKnobs } from './openai-knobs.js';
import { drawMs, Schedule } from './schedule.js';
import { tone } from './tone.js';

/** audio/speech answers PCM16 mono at this rate, Hz. */
export const SPEECH_SAMPLE_RATE = 24_000;

const DEFAULT_CHUNK_BYTES = 4800;
const DEFAULT_MS_PER_CHAR = 60;
/** One long tone that all answers are cut from: a load run must not pay for sines. */
const LONGEST_MS = 60_000;
let voice: Buffer | undefined;

/** The audio that the simulator speaks for a text, PCM16 at 24 kHz. */
export function speechOf(text: string, msPerChar = DEFAULT_MS_PER_CHAR): Buffer {
  voice ??= tone(LONGEST_MS, SPEECH_SAMPLE_RATE);
  const ms = Math.min(LONGEST_MS, text.length * msPerChar);
  return voice.subarray(0, Math.round((ms * SPEECH_SAMPLE_RATE) / 1000) * 2);
}

/** Streams one answer of audio/speech. */
export class SpeechAnswer {
  private readonly schedule = new Schedule();
  private readonly audio: Buffer;
  private at = 0;

  constructor(
    private readonly response: ServerResponse,
    request: SimulatedSpeechRequest,
    private readonly knobs: SpeechKnobs,
  ) {
    const pcm = knobs.empty === true ? Buffer.alloc(0) : speechOf(request.input, knobs.msPerChar);
    this.audio = knobs.encode?.(pcm) ?? pcm;
    response.on('close', () => {
      this.schedule.clear();
    });
  }

  start(): void {
    this.schedule.run(drawMs(this.knobs.firstAudio), () => {
      this.response.writeHead(200, { 'content-type': this.knobs.contentType ?? 'audio/pcm' });
      this.next();
    });
  }

  private next(): void {
    const { fault, betweenChunks, chunkBytes = DEFAULT_CHUNK_BYTES } = this.knobs;
    for (;;) {
      const limit = fault === undefined ? this.audio.length : Math.min(this.audio.length, fault.afterBytes);
      if (this.at >= limit) return this.finish();
      const chunk = this.audio.subarray(this.at, Math.min(limit, this.at + chunkBytes));
      this.at += chunk.length;
      const hasRoom = this.response.write(chunk);
      if (!hasRoom) {
        this.response.once('drain', () => {
          this.next();
        });
        return;
      }
      if (betweenChunks === undefined) continue;
      return this.schedule.run(drawMs(betweenChunks), () => {
        this.next();
      });
    }
  }

  private finish(): void {
    const { kind = 'end', when } = this.knobs.fault ?? {};
    const play = (): void => {
      if (kind === 'end') this.response.end();
      // What was written should reach the client before the reset does; it has not when the client is busy.
      if (kind === 'destroy') this.schedule.run(20, () => this.response.socket?.resetAndDestroy());
    };
    if (when === undefined) play();
    else void when.then(play);
  }
}
