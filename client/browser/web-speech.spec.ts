import { jest } from '@jest/globals';
import type { VoiceClientError } from '../errors.js';
import type { SpeechRecognitionLike, SpeechResultEventLike } from './speech-recognition.js';
import { WebSpeech } from './web-speech.js';

type Listener = (event: unknown) => void;

/** A browser's recogniser that hears what the spec says. */
class ScriptedRecognition implements SpeechRecognitionLike {
  continuous = false;
  interimResults = false;
  lang = '';
  started = 0;
  aborted = 0;
  private readonly listeners = new Map<string, Listener>();
  /** All results since the start, as browsers keep them. */
  private readonly results: { isFinal: boolean; length: number; 0: { transcript: string } }[] = [];

  addEventListener(type: string, listener: (event: never) => void): void {
    this.listeners.set(type, listener as Listener);
  }

  start(): void {
    this.started += 1;
  }

  abort(): void {
    this.aborted += 1;
    this.end();
  }

  hear(...heard: readonly [text: string, isFinal: boolean][]): void {
    const first = this.results.findIndex(({ isFinal }) => !isFinal);
    const resultIndex = first < 0 ? this.results.length : first;
    const changed = heard.map(([transcript, isFinal]) => ({ isFinal, length: 1, 0: { transcript } }));
    this.results.splice(resultIndex, this.results.length, ...changed);
    const event: SpeechResultEventLike = { resultIndex, results: this.results };
    this.listeners.get('result')?.(event);
  }

  fail(error: string): void {
    this.listeners.get('error')?.({ error });
    this.end();
  }

  end(): void {
    this.listeners.get('end')?.({});
  }
}

describe('WebSpeech', () => {
  let made: ScriptedRecognition[] = [];
  let heard: string[] = [];
  let ended: VoiceClientError[] = [];

  const start = (): WebSpeech =>
    WebSpeech.start({
      language: 'en-US',
      recogniser: () => {
        const recogniser = new ScriptedRecognition();
        made.push(recogniser);
        return recogniser;
      },
      onTranscript: (text, final) => heard.push(final ? `${text}!` : text),
      onEnded: (error) => ended.push(error),
    });
  const last = (): ScriptedRecognition => made.at(-1) as ScriptedRecognition;

  beforeEach(() => {
    jest.useFakeTimers();
    made = [];
    heard = [];
    ended = [];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('listens without end, in the language, for partial results too', () => {
    start();
    expect(last()).toMatchObject({ continuous: true, interimResults: true, lang: 'en-US', started: 1 });
  });

  it('passes on partials that change and finals once each', () => {
    start();
    last().hear(['what', false]);
    last().hear(['what did', false]);
    last().hear(['what did', false]);
    last().hear(['What did I spend?', true]);
    last().hear([' and', false]);
    last().hear([' and when', true], [' hm', false]);
    last().hear(['', false]);
    expect(heard).toEqual(['what', 'what did', 'What did I spend?!', 'and', 'and when!', 'hm', '']);
  });

  it('starts again when the browser ends by itself, and goes on', () => {
    start();
    jest.advanceTimersByTime(60_000);
    last().end();
    jest.advanceTimersByTime(300);
    expect(made).toHaveLength(2);
    last().hear(['hello', true]);
    expect(heard).toEqual(['hello!']);
    expect(ended).toEqual([]);
  });

  it('says so when it may not listen, and does not ask again', () => {
    const speech = start();
    last().fail('not-allowed');
    jest.advanceTimersByTime(10_000);
    expect(made).toHaveLength(1);
    expect(ended.map(({ code }) => code)).toEqual(['recognition_unavailable']);
    expect(ended[0]?.message).toContain('not-allowed');
    expect(speech.listening).toBe(false);
  });

  it('gives up on a browser that keeps failing', () => {
    start();
    for (let n = 0; n < 10; n += 1) {
      last().fail('network');
      jest.advanceTimersByTime(300);
    }
    expect(made).toHaveLength(5);
    expect(ended).toHaveLength(1);
  });

  it('does not count the ends of long silences as failures', () => {
    start();
    for (let n = 0; n < 20; n += 1) {
      jest.advanceTimersByTime(8000);
      last().fail('no-speech');
      jest.advanceTimersByTime(300);
    }
    expect(made).toHaveLength(21);
    expect(ended).toEqual([]);
  });

  it('takes back what was not settled when it is paused, hears nothing, and goes on', () => {
    const speech = start();
    last().hear(['hel', false]);
    speech.pause();
    last().hear(['hello agent', true]);
    jest.advanceTimersByTime(10_000);
    expect(heard).toEqual(['hel', '']);
    expect(made).toHaveLength(1);
    speech.resume();
    last().hear(['hello', true]);
    expect(heard).toEqual(['hel', '', 'hello!']);
  });

  it('lets go of the microphone when it is stopped, also between two starts', () => {
    const speech = start();
    jest.advanceTimersByTime(60_000);
    last().end();
    speech.stop();
    speech.stop();
    speech.resume();
    jest.advanceTimersByTime(10_000);
    expect(made).toHaveLength(1);
    expect(ended).toEqual([]);
  });

  it('says clearly when the browser has none', () => {
    expect(() => WebSpeech.start({ onTranscript: () => undefined })).toThrow('no speech recognition');
  });
});
