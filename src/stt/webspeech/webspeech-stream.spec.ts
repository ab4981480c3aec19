import { EventLog, settle } from '../../../test/contract/event-log.js';
import type { SttEvent, SttStream } from '../stt.port.js';
import { WebSpeechStt } from './webspeech-stt.js';
import type { WebSpeechOptions } from './webspeech-stt.js';

const RATE = 16_000;
/** Longer than any of these tests. */
const NEVER = 600_000;

describe('webspeech', () => {
  let streams: SttStream[] = [];

  const open = (options: WebSpeechOptions = {}) => {
    const stt = new WebSpeechStt({
      endOfTurnMs: NEVER,
      danglingMs: NEVER,
      abandonedMs: NEVER,
      finalizeMs: NEVER,
      ...options,
    });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const unfinished = (text: string) => text.endsWith(' to');
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [], unfinished }, log.listener);
    log.markOpened();
    streams.push(stream);
    const hear = (text: string, final = false) => stream.transcript?.(text, final);
    return { stream, log, hear, types: () => log.events.map(({ type }) => type) };
  };

  afterEach(() => {
    for (const stream of streams) stream.abort();
    streams = [];
  });

  it('says that it takes transcripts', () => {
    expect(new WebSpeechStt().takesTranscripts).toBe(true);
    expect(open().hear('hello')).toBe(true);
  });

  it('makes a turn of partials and finals, and ends it when no more words come', async () => {
    const { log, hear } = open({ endOfTurnMs: 30 });
    hear('what');
    hear('what did I');
    hear('what did I');
    hear('What did I spend?', true);
    await log.untilType('turn.ended');
    expect(log.events).toEqual([
      { type: 'speech.started', audioMs: 0 },
      { type: 'transcript.partial', text: 'what' },
      { type: 'transcript.partial', text: 'what did I' },
      { type: 'transcript.final', text: 'What did I spend?', words: [], confidence: 0, audioMs: 0 },
      { type: 'speech.stopped', audioMs: 0 },
      { type: 'turn.ended' },
    ]);
  });

  it('places words where the audio is, when there is some', () => {
    const { stream, log, hear } = open();
    stream.push(new Uint8Array(RATE * 2));
    hear('hello', true);
    expect(log.of('speech.started')[0]?.audioMs).toBe(1000);
    expect(log.of('transcript.final')[0]?.audioMs).toBe(1000);
  });

  it('goes on waiting while words come, and longer when they dangle', async () => {
    const { log, hear } = open({ endOfTurnMs: 30 });
    hear('send it to', true);
    await settle(60);
    expect(log.of('turn.ended')).toEqual([]);
    hear('john');
    await settle(60);
    expect(log.of('turn.ended')).toEqual([]);
    hear('John.', true);
    await log.untilType('turn.ended');
    expect(log.of('turn.ended')).toHaveLength(1);
  });

  it('takes words as they are when the browser stops listening before it has settled them', async () => {
    const { log, hear } = open({ abandonedMs: 30 });
    hear('hello there');
    await log.untilType('turn.ended');
    expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['hello there']);
  });

  it('forgets words that are taken back', async () => {
    const { stream, log, hear, types } = open({ abandonedMs: 20 });
    hear('hm');
    hear('');
    await settle(50);
    expect(types()).toEqual(['speech.started', 'transcript.partial', 'speech.stopped']);
    stream.close();
    await log.untilType('closed');
    expect(log.of('transcript.final')).toEqual([]);
  });

  it('ignores blanks', () => {
    const { hear, types } = open();
    hear('  ');
    hear(' ', true);
    expect(types()).toEqual([]);
  });

  describe('at finalize', () => {
    it('ends the turn with what is settled', async () => {
      const { stream, log, hear, types } = open();
      hear('hello', true);
      stream.finalize();
      await log.untilType('turn.ended');
      expect(types().slice(-2)).toEqual(['speech.stopped', 'turn.ended']);
    });

    it('waits for the browser to settle its words', async () => {
      const { stream, log, hear } = open();
      hear('hello the');
      stream.finalize();
      await settle(20);
      expect(log.of('turn.ended')).toEqual([]);
      hear('Hello there.', true);
      await log.untilType('turn.ended');
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['Hello there.']);
    });

    it('does not wait for ever', async () => {
      const { stream, log, hear } = open({ finalizeMs: 30 });
      hear('hello');
      stream.finalize();
      await log.untilType('turn.ended');
      expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['hello']);
    });

    it('ends the turn of a caller who said nothing', async () => {
      const { stream, log } = open();
      stream.finalize();
      await log.untilType('turn.ended');
      expect(log.events).toEqual([{ type: 'turn.ended' }]);
    });
  });

  it('bounds a turn, whatever a client sends', () => {
    const { log, hear } = open({ maxTurnChars: 1000 });
    for (let sent = 0; sent < 100; sent += 1) hear('a hundred characters '.repeat(5), true);
    expect(log.of('turn.ended').length).toBeGreaterThanOrEqual(9);
  });

  it('takes nothing after its end', async () => {
    const { stream, log, hear } = open();
    hear('hello');
    stream.close();
    await log.untilType('closed');
    expect(hear('more', true)).toBe(true);
    expect(log.of('transcript.final').map(({ text }) => text)).toEqual(['hello']);
    expect(log.events.at(-1)).toEqual({ type: 'closed' });
  });
});
