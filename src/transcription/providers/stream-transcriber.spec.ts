import { speak, SPEECH_RATE, WordRecogniser } from '../../../test/fakes/recogniser.js';
import type { RecogniserOptions } from '../../../test/fakes/recogniser.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { SpeechToText, SttListener } from '../../stt/stt.port.js';
import type { TranscriberRequest } from '../../stt/transcriber.port.js';
import { WorkSlots } from '../work-slots.js';
import { StreamTranscriber } from './stream-transcriber.js';

const NEVER = new AbortController().signal;
const slots = () => new WorkSlots({ concurrent: 1, waiting: 10, maxWaitMs: 60_000 });
const transcriberOf = (stt: SpeechToText, options: { leadMs?: number; patienceMs?: number } = {}) =>
  new StreamTranscriber(stt, { language: 'en-US', slots: slots(), ...options });
const requestOf = (pcm: Uint8Array, language?: string): TranscriberRequest => ({
  pcm,
  sampleRate: SPEECH_RATE,
  language,
  keyTerms: [],
});

const speech = speak(
  Array.from({ length: 6 }, () => [40, 40, 40]),
  500,
);
const heard = async (options: RecogniserOptions) => {
  const stt = new WordRecogniser(options);
  const result = await transcriberOf(stt).transcribe(requestOf(speech.audio), NEVER);
  expect(stt.running).toBe(0);
  return result;
};

/** A recogniser whose events are made by the test. */
class Puppet implements SpeechToText {
  readonly name = 'puppet';
  readonly endpointing = true;
  pushedMs = 0;
  /** Hears speech from here on, as soon as it is pushed, ms. */
  speechFromMs = Infinity;
  closed = false;
  aborted = false;
  tell: SttListener = () => undefined;

  open(_options: unknown, listener: SttListener) {
    this.tell = listener;
    return {
      push: (chunk: Uint8Array) => {
        const was = this.pushedMs;
        this.pushedMs += chunk.length / 2;
        const isOnset = was <= this.speechFromMs && this.pushedMs > this.speechFromMs;
        if (isOnset) listener({ type: 'speech.started', audioMs: this.speechFromMs });
      },
      finalize: () => undefined,
      close: () => (this.closed = true),
      abort: () => (this.aborted = true),
    };
  }
}

describe('StreamTranscriber', () => {
  it.each<RecogniserOptions>([{}, { finalEvery: 1 }, { lagMs: 200 }, { endpointing: false }])(
    'hears every word of every turn once, with its time: %j',
    async (options) => {
      const { text, words, language, confidence } = await heard(options);
      expect(text.split(' ')).toEqual(speech.words.map((word) => word.text));
      expect(words.map((word) => word.text)).toEqual(speech.words.map((word) => word.text));
      expect(words.map((word) => word.startMs)).toEqual(speech.words.map((word) => word.startMs));
      expect(language).toBe('en-US');
      expect(confidence).toBeGreaterThan(0);
    },
  );

  it('says nothing of silence', async () => {
    const { text, words, confidence } = await transcriberOf(new WordRecogniser()).transcribe(
      requestOf(new Uint8Array(4000)),
      NEVER,
    );
    expect({ text, words, confidence }).toEqual({ text: '', words: [], confidence: undefined });
  });

  it('hands on why the stream has failed', async () => {
    const error = new ProviderError('no', { provider: 'words', code: 'unavailable', retryable: true });
    await expect(heard({ plans: [{ failsAfterMs: 500, error }] })).rejects.toBe(error);
    await expect(heard({ plans: [{ failsAfterMs: 0, error }] })).rejects.toBe(error);
    await expect(heard({ plans: [{ failsAfterMs: 500, closes: true }] })).rejects.toMatchObject({
      code: 'closed_early',
    });
  });

  it('does not run far ahead of words that are not settled, and not behind silence', async () => {
    const stt = new Puppet();
    stt.speechFromMs = 10_000;
    const began = performance.now();
    const result = transcriberOf(stt, { leadMs: 1000 }).transcribe(requestOf(new Uint8Array(2 * 60_000)), NEVER);
    /** At most so much was sent: all silence, the lead, and since then what a microphone would have sent. */
    const expectPace = (settledMs: number) =>
      expect(stt.pushedMs).toBeLessThanOrEqual(settledMs + 1000 + (performance.now() - began) + 200);
    await waitFor(() => stt.pushedMs > 11_000);
    expectPace(10_000);
    // The first words are settled, the others are not: so much more may be sent, and not another second.
    stt.tell({ type: 'transcript.final', text: 'some', words: [], confidence: 0.5, audioMs: 10_300 });
    await waitFor(() => stt.pushedMs > 11_500);
    expectPace(10_300);
    stt.tell({ type: 'transcript.final', text: 'all', words: [], confidence: 0.5, audioMs: stt.pushedMs });
    stt.tell({ type: 'speech.stopped', audioMs: stt.pushedMs });
    await waitFor(() => stt.closed);
    expect(stt.pushedMs).toBe(60_000);
    stt.tell({ type: 'closed' });
    expect(await result).toMatchObject({ text: 'some all', confidence: 0.5 });
  });

  it('ends the stream when nobody waits for it any more, and when it takes too long', async () => {
    const left = new Puppet();
    const controller = new AbortController();
    const result = transcriberOf(left).transcribe(requestOf(new Uint8Array(2000)), controller.signal);
    await waitFor(() => left.closed);
    controller.abort(new Error('gone'));
    await expect(result).rejects.toThrow('gone');
    expect(left.aborted).toBe(true);

    const mute = new Puppet();
    const late = transcriberOf(mute, { patienceMs: 50 }).transcribe(requestOf(new Uint8Array(200)), NEVER);
    await expect(late).rejects.toMatchObject({ code: 'timeout', retryable: true });
    expect(mute.aborted).toBe(true);
  });

  it('refuses a language that it does not know, and takes every kind of its own', async () => {
    const stt = new WordRecogniser();
    await expect(transcriberOf(stt).transcribe(requestOf(speech.audio, 'de-DE'), NEVER)).rejects.toMatchObject({
      code: 'bad_request',
      retryable: false,
    });
    expect(stt.opened).toBe(0);
    expect((await transcriberOf(stt).transcribe(requestOf(speech.audio, 'en-GB'), NEVER)).text).not.toBe('');
  });

  it('transcribes so many files at once as it has slots', async () => {
    const stt = new Puppet();
    const transcriber = transcriberOf(stt);
    const first = transcriber.transcribe(requestOf(new Uint8Array(200)), NEVER);
    const second = transcriber.transcribe(requestOf(new Uint8Array(400)), NEVER);
    await waitFor(() => stt.closed);
    expect(stt.pushedMs).toBe(100);
    stt.closed = false;
    stt.tell({ type: 'closed' });
    await first;
    await waitFor(() => stt.closed);
    stt.tell({ type: 'closed' });
    await second;
    expect(stt.pushedMs).toBe(300);
  });
});
