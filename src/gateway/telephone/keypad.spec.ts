import { Keypad, KEYPAD_PAUSE_MS } from './keypad.js';

const press = (keypad: Keypad, keys: string, at = 0): (string | undefined)[] =>
  Array.from(keys, (key, index) => keypad.press(key, at + index * 300));

describe('Keypad', () => {
  it('says what was typed at #, and never the #', () => {
    const keypad = new Keypad();
    expect(press(keypad, '5001#')).toEqual([undefined, undefined, undefined, undefined, '5001']);
    expect(keypad.busy).toBe(false);
    expect(press(keypad, '#')).toEqual([undefined]);
  });

  it('says it after a pause, counted from the last key', () => {
    const keypad = new Keypad();
    press(keypad, '12', 1000);
    expect(keypad.paused(1300 + KEYPAD_PAUSE_MS - 1)).toBeUndefined();
    expect(keypad.paused(1300 + KEYPAD_PAUSE_MS)).toBe('12');
    expect(keypad.paused(99_999)).toBeUndefined();
  });

  it('keeps within its bounds whatever is typed', () => {
    const keypad = new Keypad();
    const said = press(keypad, '7'.repeat(100)).filter((typed) => typed !== undefined);
    expect(said.map((typed) => typed.length)).toEqual([32, 32, 32]);
    expect(press(new Keypad(), 'x é-')).toEqual([undefined, undefined, undefined, undefined]);
  });
});
