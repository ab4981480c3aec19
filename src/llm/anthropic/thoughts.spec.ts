import { Thoughts } from './thoughts.js';
import type { Thought } from './thoughts.js';

const thought = (thinking: string): Thought => ({ type: 'thinking', thinking, signature: 'x' });

describe('thoughts', () => {
  it('are found by any call of their message, and by no other', () => {
    const thoughts = new Thoughts();
    thoughts.keep(['a', 'b'], [thought('one')]);
    thoughts.keep(['c'], []);
    expect(thoughts.of(['b'])).toEqual([thought('one')]);
    expect(thoughts.of(['x', 'a'])).toEqual([thought('one')]);
    expect(thoughts.of(['c'])).toEqual([]);
    expect(thoughts.of([])).toEqual([]);
  });

  it('are forgotten, the oldest first, when there are too many', () => {
    const thoughts = new Thoughts();
    for (let at = 0; at < 1001; at += 1) thoughts.keep([`call ${at}`], [thought(String(at))]);
    expect(thoughts.of(['call 0'])).toEqual([]);
    expect(thoughts.of(['call 1'])).toEqual([thought('1')]);
    expect(thoughts.of(['call 1000'])).toEqual([thought('1000')]);
  });
});
