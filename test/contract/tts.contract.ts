import { ProviderError } from '../../src/provider/provider.port.js';
import type { TextToSpeech, TtsEvent, TtsOptions, TtsStream } from '../../src/tts/tts.port.js';
import { EventLog, settle } from './event-log.js';

// What every text-to-speech adapter must do, whatever is behind it (src/tts/tts.port.ts in the form of tests).

export interface TtsHarness {
  readonly tts: TextToSpeech;
  /** Sentences that the provider (or its simulator) speaks; at least three, of different length, none under 300 ms. */
  readonly sentences: readonly string[];
  /** The same adapter when its provider cannot be reached (or is not installed). */
  unreachable(): Promise<TextToSpeech> | TextToSpeech;
  /** Frees the adapter and its simulator. */
  close(): Promise<void>;
}

const SAMPLE_RATE = 16_000;
const STREAMS_AT_ONCE = 8;

/** Rules that hold for every stream: checked on whatever a test has recorded. */
function grammarFaults(events: readonly TtsEvent[]): string[] {
  const faults: string[] = [];
  let current = 0;
  for (const event of events) {
    switch (event.type) {
      case 'audio':
        if (event.segment !== current) faults.push(`audio of segment ${event.segment} during segment ${current}`);
        if (event.chunk.length === 0) faults.push('an empty audio chunk');
        if (event.chunk.length % 2 !== 0) faults.push(`an audio chunk of ${event.chunk.length} bytes`);
        break;
      case 'words':
        if (event.segment !== current) faults.push(`words of segment ${event.segment} during segment ${current}`);
        break;
      case 'segment.ended':
        if (event.segment !== current) faults.push(`segment ${event.segment} ended during segment ${current}`);
        current += 1;
        break;
      case 'failed':
        if (event.segment !== current) faults.push(`failed at segment ${event.segment} during segment ${current}`);
        break;
      case 'ended':
        break;
    }
  }
  return faults;
}

export function ttsContract(name: string, makeHarness: () => Promise<TtsHarness>): void {
  describe(`${name} keeps the text-to-speech contract`, () => {
    let harness: TtsHarness;
    const open: { stream: TtsStream; log: EventLog<TtsEvent> }[] = [];

    const openStream = (tts: TextToSpeech = harness.tts, options: Partial<TtsOptions> = {}) => {
      const log = new EventLog<TtsEvent>(['ended', 'failed']);
      const stream = tts.open({ voice: '', language: 'en-US', sampleRate: SAMPLE_RATE, ...options }, log.listener);
      log.markOpened();
      open.push({ stream, log });
      return { stream, log };
    };

    const sentence = (index: number): string => harness.sentences[index % harness.sentences.length] ?? 'Hello there.';

    const audioMs = (log: EventLog<TtsEvent>, segment: number, sampleRate = SAMPLE_RATE): number => {
      const bytes = log
        .of('audio')
        .filter((event) => event.segment === segment)
        .reduce((sum, event) => sum + event.chunk.length, 0);
      return (bytes / 2 / sampleRate) * 1000;
    };

    beforeAll(async () => {
      harness = await makeHarness();
      expect(harness.sentences.length).toBeGreaterThanOrEqual(3);
    }, 60_000);

    afterEach(() => {
      const faults = open.flatMap(({ log }) => [...log.violations, ...grammarFaults(log.events)]);
      for (const { stream } of open.splice(0)) stream.abort();
      expect(faults).toEqual([]);
    });

    afterAll(async () => {
      await harness.close();
    }, 30_000);

    it('speaks one segment, ends it, and says ended last', async () => {
      const { stream, log } = openStream();
      stream.speak(0, sentence(0));
      stream.end();
      await log.untilType('ended');
      await settle();
      expect(audioMs(log, 0)).toBeGreaterThan(250);
      expect(log.events.slice(-2).map((event) => event.type)).toEqual(['segment.ended', 'ended']);
    });

    it('speaks segments one after another, in order, however early they were queued', async () => {
      const { stream, log } = openStream();
      for (let segment = 0; segment < 5; segment += 1) stream.speak(segment, sentence(segment));
      stream.end();
      await log.untilType('ended');
      expect(log.of('segment.ended').map((event) => event.segment)).toEqual([0, 1, 2, 3, 4]);
      for (let segment = 0; segment < 5; segment += 1) expect(audioMs(log, segment)).toBeGreaterThan(250);
    });

    it('waits for a segment that comes late', async () => {
      const { stream, log } = openStream();
      stream.speak(0, sentence(0));
      await log.untilType('segment.ended');
      await settle(50);
      stream.speak(1, sentence(1));
      await log.untilType('segment.ended', 2);
      expect(log.of('ended')).toEqual([]);
      stream.end();
      await log.untilType('ended');
    });

    it('ends a stream that was asked to say nothing', async () => {
      const { stream, log } = openStream();
      stream.end();
      await log.untilType('ended');
      expect(log.events).toEqual([{ type: 'ended' }]);
    });

    it('ends once', async () => {
      const { stream, log } = openStream();
      stream.speak(0, sentence(0));
      stream.end();
      stream.end();
      await log.untilType('ended');
      stream.end();
      await settle();
      expect(log.of('ended')).toHaveLength(1);
    });

    it('delivers the rate that was asked for', async () => {
      const rates = [8000, 16_000, 24_000, 48_000];
      const lengths = await Promise.all(
        rates.map(async (sampleRate) => {
          const { stream, log } = openStream(harness.tts, { sampleRate });
          stream.speak(0, sentence(0));
          stream.end();
          await log.untilType('ended');
          return audioMs(log, 0, sampleRate);
        }),
      );
      const longest = Math.max(...lengths);
      for (const length of lengths) expect(length).toBeGreaterThan(longest * 0.97);
    });

    it('keeps streams apart when many run at once', async () => {
      const streams = Array.from({ length: STREAMS_AT_ONCE }, () => openStream());
      for (const { stream } of streams) {
        stream.speak(0, sentence(0));
        stream.speak(1, sentence(1));
        stream.end();
      }
      await Promise.all(streams.map(({ log }) => log.untilType('ended')));
      for (const { log } of streams) {
        expect(log.of('segment.ended').map((event) => event.segment)).toEqual([0, 1]);
        expect(audioMs(log, 0)).toBeGreaterThan(250);
      }
    });

    it('does not touch a chunk after it has handed it out', async () => {
      const copies: { chunk: Uint8Array; copy: Uint8Array }[] = [];
      const log = new EventLog<TtsEvent>(['ended', 'failed']);
      const stream = harness.tts.open({ voice: '', language: 'en-US', sampleRate: 24_000 }, (event) => {
        log.listener(event);
        if (event.type === 'audio') copies.push({ chunk: event.chunk, copy: event.chunk.slice() });
      });
      log.markOpened();
      open.push({ stream, log });
      stream.speak(0, sentence(0));
      stream.speak(1, sentence(1));
      stream.end();
      await log.untilType('ended');
      expect(copies.every(({ chunk, copy }) => Buffer.compare(chunk, copy) === 0)).toBe(true);
    });

    it('is silent after abort, whatever was under way, and forgives later calls', async () => {
      for (const when of ['at once', 'in audio', 'after end']) {
        const { stream, log } = openStream();
        stream.speak(0, sentence(0));
        stream.speak(1, sentence(1));
        if (when === 'in audio') await log.untilType('audio');
        if (when === 'after end') stream.end();
        stream.abort();
        log.markAborted();
        stream.abort();
        stream.speak(2, sentence(2));
        stream.end();
      }
      await settle();
    });

    it('is silent when the listener aborts in the middle of an event', async () => {
      const log = new EventLog<TtsEvent>(['ended', 'failed']);
      const stream = harness.tts.open({ voice: '', language: 'en-US', sampleRate: SAMPLE_RATE }, (event) => {
        log.listener(event);
        stream.abort();
        log.markAborted();
      });
      log.markOpened();
      open.push({ stream, log });
      stream.speak(0, sentence(0));
      stream.speak(1, sentence(1));
      stream.end();
      await log.until('event', (events) => events.length > 0);
      await settle();
      expect(log.events).toHaveLength(1);
    });

    it('reports a provider that cannot be reached as failed, last and after open has returned', async () => {
      const { stream, log } = openStream(await harness.unreachable());
      stream.speak(0, sentence(0));
      stream.speak(1, sentence(1));
      stream.end();
      await log.untilType('failed');
      stream.speak(2, sentence(2));
      stream.end();
      await settle();
      const failed = log.of('failed');
      expect(failed).toHaveLength(1);
      expect(failed[0]?.segment).toBe(0);
      expect(failed[0]?.error).toBeInstanceOf(ProviderError);
      expect(failed[0]?.error.message).not.toBe('');
    });
  });
}
