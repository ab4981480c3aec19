// Scripted providers for tests of the conversation itself: they live in the process, keep no time of their own and
// count what happens to them. Vendors are simulated on their real wire in test/simulators.
import type { Clock } from '../../src/conversation/clock.port.js';
import type { LanguageModel, LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import { ProviderError } from '../../src/provider/provider.port.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../../src/stt/stt.port.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../../src/tts/tts.port.js';

export const providerFailure = (retryable: boolean) =>
  new ProviderError('It broke.', { provider: 'fake', code: 'unavailable', retryable });

/** A recogniser whose words the test speaks for it: `emit` goes to the newest stream. */
export class FakeStt implements SpeechToText {
  readonly name = 'fake';
  readonly endpointing = true;
  opened = 0;
  open_ = 0;
  finalized = 0;
  suspended = 0;
  pushedBytes = 0;
  /** Those of them that were sound. */
  loudBytes = 0;
  /** What the latest stream was opened with. */
  options: SttOptions | undefined;
  private listener: SttListener = () => undefined;
  private stop = () => undefined as void;

  open(options: SttOptions, listener: SttListener): SttStream {
    this.options = options;
    this.opened += 1;
    this.open_ += 1;
    this.listener = listener;
    let alive = true;
    const stop = () => {
      if (alive) this.open_ -= 1;
      alive = false;
    };
    this.stop = stop;
    return {
      push: (chunk) => {
        this.pushedBytes += chunk.length;
        this.loudBytes += chunk.filter((byte) => byte !== 0).length;
      },
      finalize: () => {
        this.finalized += 1;
      },
      suspend: () => {
        this.suspended += 1;
      },
      close: stop,
      abort: stop,
    };
  }

  readonly emit: SttListener = (event) => {
    if (event.type === 'failed' || event.type === 'closed') this.stop(); // the last event of a stream
    this.listener(event);
  };

  /** A whole spoken turn: onset, words, silence, end of turn. */
  say(text: string): void {
    this.emit({ type: 'speech.started', audioMs: 0 });
    this.emit({ type: 'transcript.partial', text });
    this.emit({ type: 'speech.stopped', audioMs: 0 });
    this.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });
    this.emit({ type: 'turn.ended' });
  }
}

export type Script = (request: LlmRequest, signal: AbortSignal) => AsyncIterable<LlmPart> | Iterable<LlmPart>;

/** A model that answers by a script. */
export class FakeModel implements LanguageModel {
  readonly requests: LlmRequest[] = [];
  running = 0;

  constructor(
    public script: Script,
    readonly name: string = 'fake',
  ) {}

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmPart> {
    const { onUsage: _, ...asked } = request;
    this.requests.push(structuredClone(asked));
    this.running += 1;
    try {
      for await (const part of this.script(request, signal)) {
        signal.throwIfAborted();
        yield part;
      }
      signal.throwIfAborted();
    } finally {
      this.running -= 1;
    }
  }
}

/** An answer in words, one delta a word. */
export function* says(text: string): Iterable<LlmPart> {
  for (const word of text.split(/(?<=\s)/)) yield { type: 'text', delta: word };
  yield { type: 'finished', reason: 'stop' };
}

export function* calls(...wanted: { id: string; name: string; args: unknown }[]): Iterable<LlmPart> {
  for (const { id, name, args } of wanted) {
    yield { type: 'tool.call', call: { id, name, arguments: JSON.stringify(args) } };
  }
  yield { type: 'finished', reason: 'tool_calls' };
}

/** Both bytes of a sample at -18 dBFS: nobody takes it for silence. */
const LOUD = 0x10;

/** A voice that speaks `msPerChar` of sound a character, all at once a little later. */
export class FakeVoice implements TextToSpeech {
  readonly name = 'fake';
  open_ = 0;
  readonly opened: TtsOptions[] = [];
  readonly spoken: string[] = [];
  /** Fails instead of speaking, when set. */
  failing = false;
  /** Says more to the listener than a voice should, when set. */
  onSpeak: (text: string, listener: TtsListener) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly delayMs = 10,
    private readonly msPerChar = 50,
  ) {}

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    this.open_ += 1;
    this.opened.push(options);
    let alive = true;
    let pending = 0;
    let ending = false;
    const stop = () => {
      if (alive) this.open_ -= 1;
      alive = false;
    };
    const finish = () => {
      if (!alive || !ending || pending > 0) return;
      stop();
      listener({ type: 'ended' });
    };
    return {
      speak: (segment, text) => {
        pending += 1;
        this.spoken.push(text);
        this.clock.after(this.delayMs, () => {
          if (!alive) return;
          this.onSpeak(text, listener);
          pending -= 1;
          if (this.failing) {
            stop();
            return listener({ type: 'failed', segment, error: providerFailure(false) });
          }
          const samples = Math.round((text.length * this.msPerChar * options.sampleRate) / 1000);
          listener({ type: 'audio', segment, chunk: new Uint8Array(samples * 2).fill(LOUD) });
          listener({ type: 'segment.ended', segment });
          finish();
        });
      },
      end: () => {
        ending = true;
        this.clock.after(0, finish);
      },
      abort: stop,
    };
  }
}
