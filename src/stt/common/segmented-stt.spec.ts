import { EventLog, settle } from '../../../test/contract/event-log.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { SttEvent, SttStream } from '../stt.port.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../transcriber.port.js';
import { SegmentedStt } from './segmented-stt.js';
import type { SegmentedSttOptions } from './segmented-stt.js';

const RATE = 16_000;

interface Asked {
  readonly request: TranscriberRequest;
  readonly audioMs: number;
  readonly signal: AbortSignal;
  answer(text: string, more?: Partial<Transcription>): void;
  fail(error: unknown): void;
}

/** Answers when the test says so. */
class ScriptedTranscriber implements Transcriber {
  readonly name = 'scripted';
  readonly asked: Asked[] = [];

  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.asked.push({
        request,
        audioMs: request.pcm.length / 2 / (request.sampleRate / 1000),
        signal,
        answer: (text, more) => resolve({ text, language: 'en', words: [], confidence: 0.9, ...more }),
        fail: reject,
      });
    });
  }

  async request(index: number): Promise<Asked> {
    await until(`request ${index}`, () => this.asked.length > index);
    return this.asked[index] as Asked;
  }
}

/** What the conversation's lexicon says, in the one case that is needed here. */
const unfinished = (text: string) => /\bto\b\W*$/i.test(text);

describe('SegmentedStt', () => {
  let streams: SttStream[] = [];

  const open = (options: Partial<SegmentedSttOptions> = {}) => {
    const transcriber = new ScriptedTranscriber();
    const stt = new SegmentedStt({ transcriber, ...options });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: ['Parley'], unfinished }, log.listener);
    log.markOpened();
    streams.push(stream);
    const push = (audio: Uint8Array): void => {
      for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
    };
    /** So much speech, and silence after it. */
    const say = (speechMs: number, silenceMs: number): void => {
      push(tone(speechMs, RATE));
      push(silence(silenceMs, RATE));
    };
    push(silence(300, RATE));
    return { stream, log, transcriber, push, say, types: () => log.events.map(({ type }) => type) };
  };

  afterEach(() => {
    for (const stream of streams) stream.abort();
    streams = [];
  });

  it('asks for each utterance once, with its audio, language and key terms, and places its words in the stream', async () => {
    const { log, transcriber, say } = open();
    say(600, 500);
    const asked = await transcriber.request(0);
    expect(asked.request).toMatchObject({ sampleRate: RATE, language: 'en-US', keyTerms: ['Parley'] });
    expect(asked.audioMs).toBeGreaterThan(600 + 400);
    expect(asked.audioMs).toBeLessThan(600 + 300 + 500 + 60);
    asked.answer('hello', { words: [{ text: 'hello', startMs: 300, endMs: 800 }] });
    await log.untilType('transcript.final');
    const final = log.of('transcript.final')[0];
    expect(final).toMatchObject({ text: 'hello', confidence: 0.9 });
    expect(final?.words[0]?.startMs).toBeGreaterThanOrEqual(300);
    expect(final?.audioMs).toBe(final?.words[0]?.endMs);
    expect(transcriber.asked).toHaveLength(1);
  });

  it('says where speech ended when the transcriber knows no words, and vouches for nothing that it is not told', async () => {
    const { log, transcriber, say } = open();
    say(600, 500);
    (await transcriber.request(0)).answer('hello', { confidence: undefined });
    await log.untilType('transcript.final');
    const [final] = log.of('transcript.final');
    expect(final?.confidence).toBe(0);
    expect(final?.audioMs).toBeGreaterThan(880);
    expect(final?.audioMs).toBeLessThan(920);
  });

  it('keeps the order of utterances, whichever is answered first, with two requests at once and no more', async () => {
    const { log, transcriber, say } = open();
    for (let utterance = 0; utterance < 3; utterance += 1) say(400, 500);
    const first = await transcriber.request(0);
    (await transcriber.request(1)).answer('second');
    await settle(20);
    expect(log.of('transcript.final')).toEqual([]);
    (await transcriber.request(2)).answer('third');
    await settle(20);
    expect(transcriber.asked).toHaveLength(3);
    first.answer('first');
    await log.untilType('transcript.final', 3);
    expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });

  it('holds back a third request while two are under way', async () => {
    const { transcriber, say } = open();
    for (let utterance = 0; utterance < 3; utterance += 1) say(400, 500);
    await transcriber.request(1);
    await settle(20);
    expect(transcriber.asked).toHaveLength(2);
    transcriber.asked[0]?.answer('one');
    await transcriber.request(2);
  });

  describe('ends a turn', () => {
    it('after enough silence when the words were there before', async () => {
      const { log, transcriber, say, push } = open();
      say(400, 500);
      (await transcriber.request(0)).answer('hello');
      await log.untilType('transcript.final');
      expect(log.of('turn.ended')).toEqual([]);
      push(silence(300, RATE));
      await log.untilType('turn.ended');
    });

    it('with its last words when the silence was there before', async () => {
      const { log, transcriber, say } = open();
      say(400, 1000);
      await settle(20);
      expect(log.of('turn.ended')).toEqual([]);
      (await transcriber.request(0)).answer('hello');
      await log.untilType('turn.ended');
    });

    it('later when the words dangle', async () => {
      const { log, transcriber, say, push } = open();
      say(400, 1000);
      (await transcriber.request(0)).answer('Send it to.');
      await settle(20);
      expect(log.of('turn.ended')).toEqual([]);
      push(silence(600, RATE));
      await log.untilType('turn.ended');
    });

    it('once for two utterances when the second began before the first was answered', async () => {
      const { log, transcriber, say, push } = open();
      say(400, 900);
      push(tone(400, RATE));
      (await transcriber.request(0)).answer('how much');
      await log.untilType('transcript.final');
      push(silence(900, RATE));
      (await transcriber.request(1)).answer('did I spend');
      await log.untilType('turn.ended');
      expect(log.of('turn.ended')).toHaveLength(1);
      expect(log.events.at(-1)).toEqual({ type: 'turn.ended' });
    });

    it('when the client falls silent by sending nothing at all', async () => {
      const { log, transcriber, push } = open();
      push(tone(400, RATE));
      (await transcriber.request(0)).answer('hello'); // after a second without audio
      await log.untilType('turn.ended');
    });
  });

  it('answers finalize when what was said before it is settled, although the caller has gone on', async () => {
    const { stream, log, transcriber, push } = open();
    push(tone(400, RATE));
    stream.finalize();
    push(tone(400, RATE));
    (await transcriber.request(0)).answer('send it');
    await log.untilType('turn.ended');
    stream.finalize();
    (await transcriber.request(1)).answer('to john');
    await log.untilType('turn.ended', 2);
    expect(log.events.filter(({ type }) => type === 'transcript.final' || type === 'turn.ended')).toMatchObject([
      { text: 'send it' },
      { type: 'turn.ended' },
      { text: 'to john' },
      { type: 'turn.ended' },
    ]);
  });

  it('makes no event and no turn of an utterance without words', async () => {
    const { stream, log, transcriber, say } = open();
    say(400, 1000);
    (await transcriber.request(0)).answer('');
    stream.close();
    await log.untilType('closed');
    expect(new Set(log.events.map(({ type }) => type))).toEqual(
      new Set(['speech.started', 'speech.stopped', 'closed']),
    );
  });

  it('asks nothing about a cough', async () => {
    const { stream, log, transcriber, say } = open();
    say(60, 1000);
    stream.close();
    await log.untilType('closed');
    expect(transcriber.asked).toEqual([]);
    expect(log.of('speech.started')).toHaveLength(1);
  });

  it('cuts what is too long into pieces, without losing any of it', async () => {
    const { transcriber, say } = open({ endpointing: { maxUtteranceMs: 1000 } });
    say(1800, 600);
    const lengths: number[] = [];
    for (let at = 0; at < 3; at += 1) {
      const asked = await transcriber.request(at);
      asked.answer('words');
      lengths.push(asked.audioMs);
    }
    expect(lengths.slice(0, 2)).toEqual([1000, 1000]);
    expect(lengths.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(1800 + 300 + 400);
  });

  it('fails when more audio waits for its words than may', async () => {
    const { log, say } = open({ maxPendingMs: 3000 });
    for (let utterance = 0; utterance < 5; utterance += 1) say(500, 500);
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toMatchObject({ code: 'timeout', retryable: true, provider: 'scripted' });
  });

  it('takes half a minute at once, which is what a chain replays', async () => {
    const { log, transcriber, push, stream } = open();
    push(tone(29_000, RATE));
    stream.close();
    (await transcriber.request(0)).answer('a long story');
    await log.untilType('closed');
    expect(log.of('transcript.final')).toHaveLength(1);
  });

  it('passes on why a request failed, and asks nothing more', async () => {
    const { log, transcriber, say } = open();
    say(400, 500);
    say(400, 500);
    const error = new ProviderError('no', { provider: 'scripted', code: 'rate_limited', retryable: true });
    (await transcriber.request(0)).fail(error);
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toBe(error);
    expect(transcriber.asked[1]?.signal.aborted).toBe(true);
  });

  it('reports an unexpected error as a failure of the provider', async () => {
    const { log, transcriber, say } = open();
    say(400, 500);
    (await transcriber.request(0)).fail(new TypeError('with the words of a caller'));
    await log.untilType('failed');
    const error = log.of('failed')[0]?.error;
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error?.message).not.toContain('caller');
  });

  it('cancels its requests when it is aborted', async () => {
    const { stream, transcriber, say } = open();
    say(400, 500);
    const { signal } = await transcriber.request(0);
    stream.abort();
    expect(signal.aborted).toBe(true);
  });

  it('gives up on last words that do not come', async () => {
    const { stream, log, say } = open({ closeTimeoutMs: 60 });
    say(400, 500);
    stream.close();
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toMatchObject({ code: 'timeout' });
  });

  describe('interim transcripts', () => {
    it('are off, because each is a request', async () => {
      const { transcriber, push } = open();
      push(tone(3000, RATE));
      await settle(20);
      expect(transcriber.asked).toEqual([]);
    });

    it('are partials of the growing utterance, one request at a time', async () => {
      const { log, transcriber, push } = open({ interimEveryMs: 1000 });
      push(tone(1200, RATE));
      await settle(20);
      expect(transcriber.asked).toHaveLength(1);
      (await transcriber.request(0)).answer('what did');
      await log.untilType('transcript.partial');
      push(tone(900, RATE));
      (await transcriber.request(1)).answer('what did I spend');
      await log.untilType('transcript.partial', 2);
      push(silence(500, RATE));
      (await transcriber.request(2)).answer('What did I spend?');
      await log.untilType('transcript.final');
      expect(transcriber.asked.map(({ audioMs }) => audioMs)).toEqual(
        transcriber.asked.map(({ audioMs }) => audioMs).toSorted((a, b) => a - b),
      );
    });

    it('are given up when the utterance ends, and do not fail the call', async () => {
      const { log, transcriber, push } = open({ interimEveryMs: 500 });
      push(tone(600, RATE));
      (await transcriber.request(0)).fail(new Error('busy'));
      await settle(20);
      push(tone(600, RATE));
      const late = await transcriber.request(1);
      push(silence(500, RATE));
      (await transcriber.request(2)).answer('hello');
      await log.untilType('transcript.final');
      expect(late.signal.aborted).toBe(true);
      expect(log.of('transcript.partial')).toEqual([]);
    });

    it('wait behind the words of the utterance before', async () => {
      const { log, transcriber, say, push } = open({ interimEveryMs: 1000 });
      say(400, 500);
      await transcriber.request(0);
      push(tone(1200, RATE));
      (await transcriber.request(1)).answer('partial of the second');
      await settle(20);
      expect(log.of('transcript.partial')).toEqual([]);
    });
  });
});
