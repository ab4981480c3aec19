import { ProviderError } from '../../src/provider/provider.port.js';
import type { SpeechToText, SttEvent, SttOptions, SttStream } from '../../src/stt/stt.port.js';
import { EventLog, settle } from './event-log.js';

// What every speech-to-text adapter must do, whatever is behind it (src/stt/stt.port.ts in the form of tests).

export interface SttHarness {
  readonly stt: SpeechToText;
  /** Hz; the rate that the harness' speech has. */
  readonly sampleRate: number;
  /** PCM16 of one utterance that the provider (or its simulator) understands, with little silence around it. */
  readonly speech: Uint8Array;
  /** What the finals of that utterance, joined by blanks and lower-cased, must match. */
  readonly expected: RegExp;
  /** Whether words carry times and confidences. */
  readonly wordTimings: boolean;
  /** The same adapter when its provider cannot be reached (or is not installed); absent where there is none to reach. */
  readonly unreachable?: () => Promise<SpeechToText> | SpeechToText;
  /** Frees the adapter and its simulator. */
  close(): Promise<void>;
}

const FRAME_MS = 20;
const STREAMS_AT_ONCE = 4;

const finalText = (events: readonly SttEvent[]): string =>
  events
    .filter((event) => event.type === 'transcript.final')
    .map((event) => event.text)
    .join(' ')
    .toLowerCase();

const heard = (events: readonly SttEvent[], expected: RegExp): boolean => expected.test(finalText(events));

/** Rules that hold for every stream: checked on whatever a test has recorded. */
function grammarFaults(events: readonly SttEvent[]): string[] {
  const faults: string[] = [];
  let started = false;
  let eager = false;
  for (const event of events) {
    switch (event.type) {
      case 'speech.started':
        started = true;
        if (!(event.audioMs >= 0)) faults.push('speech.started without a position');
        break;
      case 'speech.stopped':
        if (!started) faults.push('speech.stopped before any speech.started');
        if (!(event.audioMs >= 0)) faults.push('speech.stopped without a position');
        break;
      case 'transcript.partial':
        if (event.text.trim() === '') faults.push('an empty partial');
        break;
      case 'transcript.final':
        if (event.text.trim() === '') faults.push('an empty final');
        if (!(event.confidence >= 0 && event.confidence <= 1)) faults.push(`confidence ${event.confidence}`);
        if (!(event.audioMs >= 0)) faults.push('transcript.final without a position');
        break;
      case 'turn.eager':
        eager = true;
        break;
      case 'turn.resumed':
        if (!eager) faults.push('turn.resumed without turn.eager');
        eager = false;
        break;
      case 'turn.ended':
        eager = false;
        break;
      case 'closed':
      case 'failed':
        break;
    }
  }
  return faults;
}

export function sttContract(name: string, makeHarness: () => Promise<SttHarness>): void {
  describe(`${name} keeps the speech-to-text contract`, () => {
    let harness: SttHarness;
    const open: { stream: SttStream; log: EventLog<SttEvent> }[] = [];

    const openStream = (stt: SpeechToText = harness.stt, options: Partial<SttOptions> = {}) => {
      const log = new EventLog<SttEvent>(['closed', 'failed']);
      const stream = stt.open(
        { sampleRate: harness.sampleRate, language: 'en-US', keyTerms: [], ...options },
        log.listener,
      );
      log.markOpened();
      open.push({ stream, log });
      return { stream, log };
    };

    const frames = function* (audio: Uint8Array, bytes = (harness.sampleRate * 2 * FRAME_MS) / 1000) {
      for (let at = 0; at < audio.length; at += bytes) yield audio.subarray(at, at + bytes);
    };

    /** Faster than real time, but in frames and giving way to the event loop, as a socket would. */
    const feed = async (stream: SttStream, audio: Uint8Array): Promise<void> => {
      for (const frame of frames(audio)) {
        stream.push(frame);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
    };

    const silence = (ms: number) => new Uint8Array(Math.round((harness.sampleRate * ms) / 1000) * 2);

    beforeAll(async () => {
      harness = await makeHarness();
    }, 60_000);

    afterEach(() => {
      const faults = open.flatMap(({ log }) => [...log.violations, ...grammarFaults(log.events)]);
      for (const { stream } of open.splice(0)) stream.abort();
      expect(faults).toEqual([]);
    });

    afterAll(async () => {
      await harness.close();
    }, 30_000);

    it('hears an utterance, and says closed last', async () => {
      const { stream, log } = openStream();
      await feed(stream, harness.speech);
      await feed(stream, silence(500));
      stream.close();
      await log.untilType('closed');
      expect(finalText(log.events)).toMatch(harness.expected);
      await settle();
      expect(log.events.at(-1)).toEqual({ type: 'closed' });
    });

    it('loses no audio that is pushed while it is still connecting', async () => {
      const { stream, log } = openStream();
      stream.push(harness.speech);
      stream.push(silence(500));
      stream.close();
      await log.untilType('closed');
      expect(finalText(log.events)).toMatch(harness.expected);
    });

    it('does not keep the chunk: the caller may reuse its buffer', async () => {
      const { stream, log } = openStream();
      const buffer = new Uint8Array((harness.sampleRate * 2 * FRAME_MS) / 1000);
      for (const frame of frames(harness.speech)) {
        buffer.set(frame);
        stream.push(buffer.subarray(0, frame.length));
        buffer.fill(0x55);
      }
      stream.push(silence(500));
      stream.close();
      await log.untilType('closed');
      expect(finalText(log.events)).toMatch(harness.expected);
    });

    it('takes chunks of any even length', async () => {
      const { stream, log } = openStream();
      const sizes = [2, 334, 640, 4098, 66, 19_200];
      let at = 0;
      for (let turn = 0; at < harness.speech.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 2;
        stream.push(harness.speech.subarray(at, at + size));
        at += size;
      }
      stream.push(silence(500));
      stream.close();
      await log.untilType('closed');
      expect(finalText(log.events)).toMatch(harness.expected);
    });

    it('orders words, and keeps them inside the audio', async () => {
      const { stream, log } = openStream();
      await feed(stream, harness.speech);
      await feed(stream, silence(500));
      stream.close();
      await log.untilType('closed');
      const words = log.of('transcript.final').flatMap((final) => final.words);
      if (!harness.wordTimings) {
        expect(words.every((word) => word.text.trim() !== '')).toBe(true);
        return;
      }
      expect(words.length).toBeGreaterThan(0);
      const audioMs = (harness.speech.length / 2 / harness.sampleRate) * 1000 + 500;
      let before = 0;
      for (const word of words) {
        expect(word.text.trim()).not.toBe('');
        expect(word.startMs).toBeGreaterThanOrEqual(before);
        expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
        expect(word.endMs).toBeLessThanOrEqual(audioMs + 1000);
        before = word.startMs;
      }
    });

    it('closes a stream that heard nothing, without a transcript', async () => {
      const { stream, log } = openStream();
      stream.close();
      await log.untilType('closed');
      expect(log.of('transcript.final')).toEqual([]);
    });

    it('settles the words and then ends the turn at finalize, and goes on', async () => {
      const { stream, log } = openStream();
      await feed(stream, harness.speech);
      stream.finalize();
      await log.untilType('turn.ended');
      const first = log.events.slice(0, log.events.findIndex((event) => event.type === 'turn.ended') + 1);
      expect(finalText(first)).toMatch(harness.expected);

      const from = log.events.length;
      await feed(stream, harness.speech);
      stream.finalize();
      await log.until('second turn', (events) =>
        events
          .slice(from)
          .some((event, at, rest) => event.type === 'turn.ended' && heard(rest.slice(0, at), harness.expected)),
      );
      stream.close();
      await log.untilType('closed');
    });

    it('ends the turn by itself when it says that it does', async () => {
      if (!harness.stt.endpointing) return;
      const { stream, log } = openStream();
      await feed(stream, silence(300));
      await feed(stream, harness.speech);
      await feed(stream, silence(3000));
      await log.untilType('turn.ended');
      const ended = log.events.findIndex((event) => event.type === 'turn.ended');
      expect(finalText(log.events.slice(0, ended))).toMatch(harness.expected);
      expect(log.of('speech.started').length).toBeGreaterThan(0);
      const onset = log.events.findIndex((event) => event.type === 'speech.started');
      const words = log.events.findIndex((event) => event.type === 'transcript.final');
      expect(onset).toBeLessThan(words);
    });

    it('keeps streams apart when many run at once', async () => {
      const streams = Array.from({ length: STREAMS_AT_ONCE }, () => openStream());
      const quiet = openStream();
      await Promise.all([
        ...streams.map(({ stream }) => feed(stream, harness.speech)),
        feed(quiet.stream, silence(1000)),
      ]);
      for (const { stream } of [...streams, quiet]) {
        stream.push(silence(500));
        stream.close();
      }
      await Promise.all([...streams, quiet].map(({ log }) => log.untilType('closed')));
      for (const { log } of streams) expect(finalText(log.events)).toMatch(harness.expected);
    });

    it('is silent after abort, whatever was under way, and forgives later calls', async () => {
      for (const pushed of [0, 0.5, 1]) {
        const { stream, log } = openStream();
        stream.push(harness.speech.subarray(0, Math.floor((harness.speech.length * pushed) / 2) * 2));
        if (pushed > 0) await settle(50);
        if (pushed === 1) stream.close();
        stream.abort();
        log.markAborted();
        stream.abort();
        stream.push(harness.speech);
        stream.finalize();
        stream.close();
      }
      await settle();
    });

    it('is silent when the listener aborts in the middle of an event', async () => {
      const log = new EventLog<SttEvent>(['closed', 'failed']);
      const stream = harness.stt.open({ sampleRate: harness.sampleRate, language: 'en-US', keyTerms: [] }, (event) => {
        log.listener(event);
        stream.abort();
        log.markAborted();
      });
      log.markOpened();
      open.push({ stream, log });
      await feed(stream, harness.speech);
      stream.close();
      await log.until('event', (events) => events.length > 0);
      await settle();
      expect(log.events).toHaveLength(1);
    });

    it('closes once, and takes no audio afterwards', async () => {
      const { stream, log } = openStream();
      stream.close();
      stream.close();
      stream.push(harness.speech);
      await log.untilType('closed');
      stream.close();
      stream.push(harness.speech);
      stream.finalize();
      await settle();
      expect(log.events).toEqual([{ type: 'closed' }]);
    });

    it('reports a provider that cannot be reached as failed, last and after open has returned', async () => {
      if (harness.unreachable === undefined) return;
      const { stream, log } = openStream(await harness.unreachable());
      stream.push(harness.speech);
      await log.untilType('failed');
      stream.push(harness.speech);
      stream.finalize();
      stream.close();
      await settle();
      const failed = log.of('failed');
      expect(failed).toHaveLength(1);
      expect(log.events.at(-1)).toBe(failed[0]);
      expect(failed[0]?.error).toBeInstanceOf(ProviderError);
      expect(failed[0]?.error.message).not.toBe('');
    });
  });
}
