import { Captions, type HeardSoFar } from './captions.js';
import type { ClientEvents, ServerEvent } from './client-events.js';
import { cueOf } from './cue.js';
import { Emitter } from './emitter.js';

/** 16 kHz: 32 bytes a ms. */
const BYTES_PER_MS = 32;

class FakeClient extends Emitter<ClientEvents> {
  readonly session = { audio: { output: { sampleRate: 16_000 } } } as never;
  says(...messages: object[]): void {
    for (const message of messages) this.emit('message', message as ServerEvent);
  }
  sends(responseId: string, ms: number): void {
    this.emit('audio', { responseId, chunk: new Uint8Array(ms * BYTES_PER_MS) });
  }
}

function captioned() {
  const client = new FakeClient();
  const heard = new Map<string, HeardSoFar>();
  const captions = new Captions({ client, heard: (id) => heard.get(id) });
  return { client, heard, captions };
}

const text = 'Client 5001 has 42 transactions. The latest is a purchase.';
const begun = { type: 'response.text', responseId: 'r', delta: text };
const done = { type: 'response.audio_done', responseId: 'r', audioMs: 4000 };

describe('a reply', () => {
  it('is heard as far as it was played', () => {
    const { client, heard, captions } = captioned();
    expect(captions.now).toBeUndefined();
    client.says(begun, done);
    for (const [playedMs, chars] of [
      [0, 0],
      [1000, Math.floor(text.length / 4)],
      [2000, text.length / 2],
      [4000, text.length],
    ] as const) {
      heard.set('r', { playedMs });
      expect(captions.now).toEqual({ id: 'r', speaker: 'agent', text, heard: chars });
    }
    // Over.
    heard.delete('r');
    expect(captions.now).toMatchObject({ heard: text.length });
  });

  it('is not ahead of the voice while its audio has yet to come', () => {
    const { client, heard, captions } = captioned();
    client.says(begun);
    client.sends('r', 200);
    heard.set('r', { playedMs: 200 });
    // 14 characters a second.
    expect(captions.now).toMatchObject({ heard: 2 });
    client.sends('r', 19_800);
    heard.set('r', { playedMs: 10_000 });
    expect(captions.now).toMatchObject({ heard: text.length / 2 });
  });

  it('goes by the pace of the replies before it', () => {
    const { client, heard, captions } = captioned();
    client.says(begun, { ...done, audioMs: text.length * 50 });
    client.says({ ...begun, responseId: 'next' });
    heard.set('next', { playedMs: 500 });
    expect(captions.now).toMatchObject({ id: 'next', heard: 10 });
  });

  it('never takes a word back', () => {
    const { client, heard, captions } = captioned();
    client.says(begun);
    client.sends('r', 6000);
    heard.set('r', { playedMs: 3000 });
    expect(captions.now).toMatchObject({ heard: text.length / 2 });
    client.says({ ...begun, delta: ' And more of it, which makes it longer.' });
    heard.set('r', { playedMs: 1500 });
    expect(captions.now).toMatchObject({ heard: text.length / 2 });
  });

  it('is what was heard of it when it was interrupted', () => {
    const { client, heard, captions } = captioned();
    client.says(begun);
    heard.set('r', { playedMs: 900 });
    client.says({ type: 'response.interrupted', responseId: 'r', heardText: 'Client 5001' });
    expect(captions.now).toEqual({ id: 'r', speaker: 'agent', text: 'Client 5001', heard: 11 });
  });

  it('is as far as a voice says that tells its words', () => {
    const { client, heard, captions } = captioned();
    client.says(begun);
    heard.set('r', { heardChars: 7 });
    expect(captions.now).toMatchObject({ heard: 7 });
  });
});

describe('a caller', () => {
  it('is shown as he is understood, and gives way to the reply', () => {
    const { client, heard, captions } = captioned();
    client.says({ type: 'transcript.partial', turnId: 't', text: 'what trans' });
    expect(captions.now).toEqual({ id: 't', speaker: 'caller', text: 'what trans', heard: 10 });
    client.says(
      { type: 'transcript.final', turnId: 't', text: 'What transactions' },
      { type: 'transcript.partial', turnId: 't', text: 'does she' },
    );
    expect(captions.now).toMatchObject({ text: 'What transactions does she' });
    // Words that are taken back leave what was said before.
    client.says({ type: 'transcript.partial', turnId: 'u', text: '' });
    expect(captions.now).toMatchObject({ id: 't' });
    // Which he hears before he may read it instead of his own words.
    client.says(begun);
    heard.set('r', { playedMs: 0 });
    expect(captions.now).toMatchObject({ id: 't', speaker: 'caller' });
    heard.set('r', { playedMs: 200 });
    expect(captions.now).toMatchObject({ id: 'r', speaker: 'agent' });
    // The next reply is not waited for: nobody said anything between the two.
    client.says({ ...begun, responseId: 'next' });
    heard.set('next', { playedMs: 0 });
    expect(captions.now).toMatchObject({ id: 'next', speaker: 'agent', heard: 0 });
    captions.dispose();
    client.says({ type: 'turn.ended', turnId: 'v', text: 'Hello' });
    expect(captions.now).toMatchObject({ speaker: 'agent' });
  });
});

it('leaves a caller’s words where the answer was cut off unheard', () => {
  const { client, heard, captions } = captioned();
  client.says({ type: 'turn.ended', turnId: 't', text: 'What is the total?' }, begun);
  heard.set('r', { playedMs: 0 });
  client.says({ type: 'response.interrupted', responseId: 'r', heardText: '' });
  heard.delete('r');
  expect(captions.now).toMatchObject({ id: 't', speaker: 'caller' });
});

it('shows an answer at once that nobody speaks', () => {
  const { client, captions } = captioned();
  client.says({ type: 'turn.ended', turnId: 't', text: 'What is the total?' }, begun);
  expect(captions.now).toMatchObject({ id: 'r', speaker: 'agent', heard: text.length });
});

describe('a cue', () => {
  const long = `${text} ${'It has many words, and all of them are read out slowly, one by one. '.repeat(3)}`.trim();

  it('shows what fits, whole', () => {
    expect(cueOf({ text, heard: 5 })).toEqual({ text, heard: 5 });
  });

  it('is the piece in which the voice is, cut after sentences', () => {
    expect(cueOf({ text: long, heard: 5 })).toEqual({ text, heard: 5 });
    const second = cueOf({ text: long, heard: text.length + 4 });
    expect(second).toEqual({ text: 'It has many words, and all of them are read out slowly, one by one.', heard: 3 });
    expect(cueOf({ text: long, heard: long.length })).toEqual({ text: second.text, heard: second.text.length });
  });

  it.each([20, 40, 84])('loses no word, and is no longer than %d characters', (most) => {
    const seen = new Set<string>();
    for (let heard = 0; heard <= long.length; heard += 1) {
      const cue = cueOf({ text: long, heard }, most);
      expect(cue.text.length).toBeLessThanOrEqual(most);
      seen.add(cue.text);
    }
    const words = [...seen].join(' ').split(' ');
    expect(new Set(words)).toEqual(new Set(long.split(' ')));
  });

  it('holds a word that is longer than all', () => {
    expect(cueOf({ text: `${'x'.repeat(50)} y`, heard: 0 }, 20).text).toBe('x'.repeat(50));
    expect(cueOf({ text: '', heard: 0 })).toEqual({ text: '', heard: 0 });
  });
});
