import { ManualClock } from '../../test/fakes/manual-clock.js';
import { heardOf } from './heard.js';
import { Playout } from './playout.js';

const RATE = 8000;
const audio = (ms: number) => new Uint8Array(ms * 16);

function playout(maxAheadMs = 1000) {
  const clock = new ManualClock();
  const log: string[] = [];
  const out = new Playout(
    clock,
    {
      send: (chunk) => log.push(`${chunk.length / 16}`),
      allSent: (ms) => log.push(`sent ${ms}`),
      played: () => log.push('played'),
      drained: () => log.push('drained'),
    },
    { maxAheadMs, playbackGraceMs: 100 },
    RATE,
  );
  return { clock, log, out };
}

describe('the playout', () => {
  it('sends what comes at once and knows when it must have been played', async () => {
    const { clock, log, out } = playout();
    out.push(audio(200));
    out.end();
    expect(log).toEqual(['200', 'sent 200']);
    await clock.advance(299);
    expect(log).not.toContain('played');
    await clock.advance(1);
    expect(log.at(-1)).toBe('played');
  });

  it('never runs further ahead than its bound, and says when the backlog is gone', async () => {
    const { clock, log, out } = playout(1000);
    for (let i = 0; i < 5; i += 1) out.push(audio(400));
    expect(log).toEqual(['400', '400', '400']);
    expect(out.backlogged).toBe(true);
    await clock.advance(230);
    expect(log).toEqual(['400', '400', '400', '400']);
    await clock.advance(500);
    expect(log.slice(-2)).toEqual(['400', 'drained']);
  });

  it('holds everything while paused, and time stands still for the position', async () => {
    const { clock, log, out } = playout();
    out.push(audio(500));
    await clock.advance(100);
    out.pause();
    out.push(audio(100));
    await clock.advance(10_000);
    expect(log).toEqual(['500']);
    expect(out.position()).toBe(100);
    out.resume();
    expect(log).toEqual(['500', '100', 'drained']);
    await clock.advance(50);
    expect(out.position()).toBe(150);
  });

  it('believes the client about the position, but not that it played what was never sent', () => {
    const { out } = playout();
    out.push(audio(500));
    out.reported(300);
    expect(out.position()).toBe(300);
    out.reported(9999);
    expect(out.position()).toBe(500);
    out.reportedFinished();
    expect(out.position()).toBe(500);
  });

  it('is over at once when there is nothing to play', () => {
    const { log, out } = playout();
    out.end();
    expect(log).toEqual(['sent 0', 'played']);
  });

  it('does nothing any more once stopped', async () => {
    const { clock, log, out } = playout();
    out.push(audio(2000));
    out.push(audio(2000));
    out.end();
    out.stop();
    const before = [...log];
    await clock.advance(60_000);
    out.push(audio(10));
    expect(log).toEqual(before);
    expect(clock.waiting).toBe(0);
  });
});

describe('what was heard', () => {
  const segment = { text: 'one two three four', spoken: '', startMs: 1000, durationMs: 800, complete: true, words: [] };

  it.each([
    [0, ''],
    [1000, ''],
    [1400, 'one two'],
    [1690, 'one two three four'],
    [5000, 'one two three four'],
  ])('at %d ms is %j, by the share of the audio', (ms, heard) => {
    expect(heardOf(segment, ms)).toBe(heard);
  });

  it('goes by the words where the voice says when they are', () => {
    const at = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });
    const words = [at('one', 0, 400), at('two', 400, 500), at('three', 500, 600), at('four', 600, 800)];
    expect(heardOf({ ...segment, words }, 1450)).toBe('one');
    // Words of unequal length: counted, not measured.
    const text = 'A standard account costs four';
    const timed = text.split(' ').map((word, n) => at(word, n * 100, n * 100 + 100));
    expect(heardOf({ ...segment, text, words: timed }, 1000 + 310)).toBe('A standard account');
  });

  it('assumes a speaking rate while the audio is still coming', () => {
    const long = { ...segment, text: 'x '.repeat(150).trim(), durationMs: 500, complete: false };
    expect(heardOf(long, 1500).length).toBeLessThan(15);
  });
});
