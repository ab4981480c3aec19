import { DtmfKeys } from './dtmf.js';

const event = (code: number, isEnd: boolean, duration: number): Uint8Array =>
  Uint8Array.from([code, isEnd ? 0x8a : 0x0a, duration >> 8, duration & 0xff]);

describe('keys in RTP', () => {
  it('are told once each, however often their packets come', () => {
    const keys = new DtmfKeys();
    const press = (at: number, code: number): (string | undefined)[] =>
      [160, 320, 480].flatMap((duration, index) =>
        Array.from({ length: index === 2 ? 3 : 1 }, () => keys.take(at, event(code, index === 2, duration))),
      );
    expect([...press(1000, 5), ...press(3000, 5), ...press(5000, 11)].filter((key) => key !== undefined)).toEqual([
      '5',
      '5',
      '#',
    ]);
  });

  it('are known by their end alone, and not again by what comes late', () => {
    const keys = new DtmfKeys();
    expect(keys.take(2 ** 32 - 100, event(10, true, 800))).toBe('*');
    expect(keys.take(700, event(15, true, 800))).toBe('D');
    expect(keys.take(2 ** 32 - 100, event(10, true, 800))).toBeUndefined();
  });

  it('are none of flash, tones and packets that are cut off', () => {
    const keys = new DtmfKeys();
    expect(keys.take(1, event(16, true, 800))).toBeUndefined();
    expect(keys.take(1, event(66, true, 800))).toBeUndefined();
    expect(keys.take(1, Uint8Array.from([5, 0, 0]))).toBeUndefined();
    keys.take(9000, event(1, true, 800));
    keys.reset();
    expect(keys.take(5, event(1, false, 160))).toBe('1');
  });
});
