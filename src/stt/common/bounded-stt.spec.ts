import { MAX_TURN_CHARS } from '../../bounds/texts.port.js';
import type { SpeechToText, SttEvent, SttListener, SttStream, Word } from '../stt.port.js';
import { BoundedStt } from './bounded-stt.js';

/** A recogniser that says what it is told to. */
class Parrot implements SpeechToText {
  readonly name = 'parrot';
  readonly endpointing = true;
  readonly opened: { readonly listener: SttListener; readonly stream: SttStream; aborted: boolean }[] = [];

  open(_options: unknown, listener: SttListener): SttStream {
    const entry = { listener, stream: {} as SttStream, aborted: false };
    const nothing = (): void => undefined;
    entry.stream = { push: nothing, finalize: nothing, close: nothing, abort: () => void (entry.aborted = true) };
    this.opened.push(entry);
    return entry.stream;
  }
}

const longest = 'a'.repeat(MAX_TURN_CHARS);
const word = (text: string): Word => ({ text, startMs: 0, endMs: 1 });
const final = (text: string, words: readonly Word[] = []): SttEvent => ({
  type: 'transcript.final',
  text,
  words,
  confidence: 1,
  audioMs: 1,
});

function hear(event: SttEvent) {
  const parrot = new Parrot();
  const heard: SttEvent[] = [];
  const stream = new BoundedStt(parrot).open({ sampleRate: 16_000, language: 'en', keyTerms: [] }, (each) =>
    heard.push(each),
  );
  const [entry] = parrot.opened;
  // Audio goes to the recogniser itself.
  expect(stream).toBe(entry?.stream);
  entry?.listener(event);
  return { heard, aborted: entry?.aborted };
}

it('checks as its recogniser does, and not at all where that has no way of its own', async () => {
  const signal = new AbortController().signal;
  const asked: unknown[] = [];
  const checked = Object.assign(new Parrot(), {
    check: (given: unknown) => {
      asked.push(given);
      return Promise.reject(new Error('wrong key'));
    },
  });
  await expect(new BoundedStt(checked).check?.(signal)).rejects.toThrow('wrong key');
  expect(asked).toEqual([signal]);
  expect(new BoundedStt(new Parrot()).check).toBeUndefined();
});

it.each<[string, SttEvent]>([
  ['a partial', { type: 'transcript.partial', text: longest }],
  ['a final', final(longest)],
  ['a final with its words', final('a b', [word('a'), word('b')])],
  ['a whole turn', { type: 'turn.eager', text: longest }],
  ['an end', { type: 'turn.ended' }],
  ['speech', { type: 'speech.started', audioMs: 5 }],
])('goes on as it is: %s', (_name, event) => {
  expect(hear(event)).toEqual({ heard: [event], aborted: false });
});

it.each<[string, SttEvent, number]>([
  ['a partial', { type: 'transcript.partial', text: `${longest}a` }, MAX_TURN_CHARS + 1],
  ['a final of 1 MB', final('a'.repeat(1_000_000)), 1_000_000],
  ['a final with one endless word', final('a', [word(`${longest}a`)]), MAX_TURN_CHARS + 1],
  [
    'a final with countless words',
    final(
      'a',
      Array.from({ length: 200_000 }, () => word('a')),
    ),
    399_999,
  ],
  ['a whole turn', { type: 'turn.eager', text: `${longest} a` }, MAX_TURN_CHARS + 2],
])('ends the stream as a fault, of which nothing is told: %s', (_name, event, chars) => {
  const { heard, aborted } = hear(event);
  expect(aborted).toBe(true);
  expect(heard).toMatchObject([{ type: 'failed', error: { code: 'protocol', retryable: true, provider: 'parrot' } }]);
  expect(heard[0]).toHaveProperty('error.message', `parrot sent a transcript of ${chars} characters`);
});
