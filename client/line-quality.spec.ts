import { LineQuality } from './line-quality.js';

const judging = () => {
  const told: string[] = [];
  const quality = new LineQuality(({ level, roundTripMs }) => told.push(`${level} ${roundTripMs ?? '-'}`));
  const beats = (count: number, isUnanswered = false, bufferedBytes = 0): void => {
    for (let n = 0; n < count; n += 1) quality.beat(isUnanswered, bufferedBytes);
  };
  return { quality, told, beats };
};

describe('LineQuality', () => {
  it('is good until something is wrong', () => {
    const { quality, told, beats } = judging();
    quality.answered(80.4);
    beats(10, false, 16 * 1024);
    expect([told, quality.now]).toEqual([[], { level: 'good', roundTripMs: 80 }]);
  });

  it.each<readonly [string, (line: ReturnType<typeof judging>) => void]>([
    ['an answer is slow', ({ quality }) => quality.answered(301)],
    ['an answer does not come', ({ beats }) => beats(1, true)],
    ['what is said waits', ({ beats }) => beats(1, false, 16 * 1024 + 1)],
  ])('is poor as soon as %s, and good again after three good beats', (_what, spoil) => {
    const line = judging();
    spoil(line);
    line.quality.answered(50);
    line.beats(2);
    spoil(line);
    line.quality.answered(50);
    line.beats(2);
    expect(line.told.map((one) => one.split(' ')[0])).toEqual(['poor']);
    line.beats(1);
    expect(line.told.at(-1)).toBe('good 50');
  });

  it('stays poor while answers are slow', () => {
    const { quality, told, beats } = judging();
    quality.answered(900);
    beats(20);
    expect(told).toEqual(['poor 900']);
  });

  it('is lost, poor, and good', () => {
    const { quality, told, beats } = judging();
    quality.lost();
    quality.back();
    beats(3);
    expect(told).toEqual(['lost -', 'poor -', 'good -']);
  });
});
