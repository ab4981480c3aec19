import { assert, array, boolean, property } from 'fast-check';
import { LineAudio } from './line-audio.js';

const SILENCE = 0xff;
const frame = (value: number): Uint8Array => new Uint8Array(160).fill(value);

describe('LineAudio', () => {
  it('fills what was lost with silence, as long as it lasted', () => {
    const line = new LineAudio('mulaw');
    expect(line.take(frame(1), 4000)).toEqual(frame(1));
    expect(line.take(frame(2), 4020)).toEqual(frame(2));
    const filled = line.take(frame(3), 4100); // three frames are missing
    expect(filled).toHaveLength(4 * 160);
    expect(filled?.subarray(0, 480).every((code) => code === SILENCE)).toBe(true);
    expect(filled?.subarray(480)).toEqual(frame(3));
  });

  it('leaves out a frame that came already, and goes on when the clock is set', () => {
    const line = new LineAudio('mulaw');
    line.take(frame(1), 0);
    line.take(frame(2), 20);
    expect(line.take(frame(2), 20)).toBeUndefined();
    expect(line.take(frame(1), 0)).toBeUndefined();
    expect(line.take(frame(3), 60_000)).toEqual(frame(3));
    expect(line.take(frame(4), 20)).toEqual(frame(4));
    expect(line.take(frame(5), 40)).toEqual(frame(5));
  });

  it('takes a clock that is a little off as it is', () => {
    const line = new LineAudio('mulaw');
    for (const [index, at] of [0, 21, 39, 62, 80, 99].entries()) {
      expect(line.take(frame(index), at)).toEqual(frame(index));
    }
  });

  it('keeps time, whichever frames are lost', () => {
    assert(
      property(array(boolean(), { minLength: 2, maxLength: 200 }), (arrives) => {
        const line = new LineAudio('mulaw');
        let codes = 0;
        const first = arrives.indexOf(true);
        const last = arrives.lastIndexOf(true);
        arrives.forEach((comes, index) => {
          if (comes) codes += line.take(frame(7), index * 20)?.length ?? 0;
        });
        return codes === (first === -1 ? 0 : (last - first + 1) * 160);
      }),
    );
  });
});
