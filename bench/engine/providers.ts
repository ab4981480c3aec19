// Providers that cost nothing and take a set time, in the server's process: what is left is the engine's own share.
import type { LanguageModel, LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../../src/stt/stt.port.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../../src/tts/tts.port.js';
import { Wheel } from '../lib/wheel.js';
import { type Delays, END_OF_SPEECH, FRAME_BYTES, FRAME_MS, FRAMES_PER_REPLY } from './script.js';

/** Runs `action` after `ms`; at once, in this very call, for 0. */
function later(ms: number, action: () => void): void {
  if (ms === 0) action();
  else setTimeout(action, ms);
}

export class BenchStt implements SpeechToText {
  readonly name = 'bench';
  readonly endpointing = true;

  constructor(private readonly delays: Delays) {}

  open({ sampleRate }: SttOptions, listener: SttListener): SttStream {
    let alive = true;
    let speaking = false;
    let bytes = 0;
    /** What is told settles all that came: the chain need not keep it for another recogniser. */
    const audioMs = (): number => bytes / ((sampleRate * 2) / 1000);
    const stop = (): void => {
      alive = false;
    };
    return {
      push: (chunk) => {
        if (!speaking) {
          speaking = true;
          listener({ type: 'speech.started', audioMs: audioMs() });
        }
        bytes += chunk.length;
        if (chunk[0] !== END_OF_SPEECH) return;
        speaking = false;
        later(this.delays.finalMs, () => {
          if (!alive) return;
          listener({ type: 'speech.stopped', audioMs: audioMs() });
          listener({ type: 'transcript.final', text: 'what is new', words: [], confidence: 1, audioMs: audioMs() });
          listener({ type: 'turn.ended' });
        });
      },
      finalize: () => undefined,
      close: stop,
      abort: stop,
    };
  }
}

export class BenchModel implements LanguageModel {
  readonly name = 'bench';

  constructor(private readonly delays: Delays) {}

  async *stream(_request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
    if (this.delays.firstTokenMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delays.firstTokenMs));
    signal.throwIfAborted();
    for (const delta of ['There ', 'is ', 'nothing ', 'new ', 'to ', 'report.']) yield { type: 'text', delta };
    yield { type: 'finished', reason: 'stop' };
  }
}

const wheel = new Wheel(FRAME_MS);
/** Loud enough that none of it is taken for silence. */
const FRAME = new Uint8Array(FRAME_BYTES).fill(0x10);

/** Speaks every segment for 3 s: the first frame after the delay, the others at real time. */
export class BenchVoice implements TextToSpeech {
  readonly name = 'bench';

  constructor(private readonly delays: Delays) {}

  open(_options: TtsOptions, listener: TtsListener): TtsStream {
    let alive = true;
    let ending = false;
    let left = 0;
    let segment = 0;
    const frame = (): void => {
      listener({ type: 'audio', segment, chunk: FRAME });
      left -= 1;
      if (left > 0) return;
      wheel.remove(frame);
      listener({ type: 'segment.ended', segment });
      if (ending && alive) listener({ type: 'ended' });
    };
    return {
      speak: (number) => {
        segment = number;
        left = FRAMES_PER_REPLY;
        // Never inside the call: the port says so.
        const begin = (): void => {
          if (!alive) return;
          wheel.add(frame);
          frame();
        };
        if (this.delays.firstAudioMs === 0) queueMicrotask(begin);
        else setTimeout(begin, this.delays.firstAudioMs);
      },
      end: () => {
        ending = true;
      },
      abort: () => {
        alive = false;
        wheel.remove(frame);
      },
    };
  }
}
