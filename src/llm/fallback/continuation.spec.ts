import * as fc from 'fast-check';
import { afresh, Continuation, continuing, seamless } from './continuation.js';
import { WholeWords } from './whole-words.js';

/** What is spoken in all when a continuation comes in these pieces. */
function continued(said: string, ...deltas: string[]): string {
  const continuation = new Continuation(said);
  return said + deltas.map((delta) => continuation.add(delta)).join('') + continuation.end();
}

describe('a continuation', () => {
  it.each([
    ['goes on behind a blank', 'The total is ', ['forty dollars.'], 'The total is forty dollars.'],
    ['brings its own blank', 'The total is ', [' forty dollars.'], 'The total is forty dollars.'],
    ['goes on behind a mark', 'First, ', ['second.'], 'First, second.'],
    ['needs a blank', 'First,', ['second.'], 'First, second.'],
    ['begins with a mark', 'Hello', [', Ann.'], 'Hello, Ann.'],
    ['needs no blank', '你好，', ['世界。'], '你好，世界。'],
    ['repeats the last word', 'The total is ', ['is forty.'], 'The total is forty.'],
    ['repeats the last words', 'The total is ', ['The ', 'total ', 'is ', 'forty.'], 'The total is forty.'],
    ['repeats another case and other marks', 'So, the total is ', ['The total: is forty.'], 'So, the total is forty.'],
    ['repeats all of it, word by word', 'Hi. I am Ann. ', ['Hi', '. I', ' am Ann', '. How', '?'], 'Hi. I am Ann. How?'],
    ['repeats what ended with a mark', 'Well, yes,', ['well, yes, ', 'of course.'], 'Well, yes, of course.'],
    ['repeats and adds nothing', 'All is well. ', ['All is well.'], 'All is well. '],
    ['adds nothing', 'All is well. ', [], 'All is well. '],
    [
      'seems to repeat, and does not',
      'The total is ',
      ['The ', 'total ', 'was wrong.'],
      'The total is The total was wrong.',
    ],
    ['begins like the last word', 'I said so ', ['sorry.'], 'I said so sorry.'],
    ['repeats the longer of two', 'no way no way ', ['no way no way out'], 'no way no way out'],
  ])('that %s', (_name, said, deltas, expected) => {
    expect(continued(said, ...deltas)).toBe(expected);
  });

  it.each([
    ['client five zero ', ['zero one.'], 'client five zero zero one.'],
    ['five zero zero ', ['zero zero one.'], 'five zero zero zero zero one.'],
    ['On 5 5 ', ['5 dollars'], 'On 5 5 5 dollars'],
    ['It is spelled a, a, ', ['a, r.'], 'It is spelled a, a, a, r.'],
  ])('never takes figures or letters for a repetition: %s', (said, deltas, expected) => {
    expect(continued(said, ...deltas)).toBe(expected);
  });

  it('lets go as soon as it cannot be a repetition', () => {
    const continuation = new Continuation('The total is ');
    expect(continuation.add('i')).toBe('');
    expect(continuation.add('n')).toBe('in');
    expect(continuation.add('deed')).toBe('deed');
  });

  it('is the same however its text is cut', () => {
    const texts = ['is forty.', 'The total is forty.', 'forty.', ' total is, well, forty.', 'The total was forty.'];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(20)), (text, cuts) => {
        const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const deltas = at.slice(1).map((end, i) => text.slice(at[i], end));
        expect(continued('So the total is ', ...deltas)).toBe(continued('So the total is ', text));
      }),
    );
  });

  it('is asked for with what is out, and without a change to the rest', () => {
    const request = { messages: [{ role: 'user', text: 'Hi' }], tools: [], maxTokens: 7 } as const;
    const asked = continuing(request, 'Hello, I am ');
    expect(asked).toMatchObject({ tools: [], maxTokens: 7 });
    expect(asked.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'system']);
    expect(asked.messages[1]).toEqual({ role: 'assistant', text: 'Hello, I am' });
    expect(request.messages).toHaveLength(1);
  });

  it('shows where a sentence was broken off, when it is not continued', () => {
    expect(afresh('The total is ', 'Ann spent 5.')).toBe('… Ann spent 5.');
    expect(afresh('First,', 'Ann spent 5.')).toBe(' … Ann spent 5.');
    expect(afresh('Let me see. ', 'Ann spent 5.')).toBe('Ann spent 5.');
    expect(afresh('“Let me see.”', 'Ann spent 5.')).toBe(' Ann spent 5.');
    const continuation = new Continuation('So Ann ', afresh);
    expect(continuation.add('So Ann spent 5.') + continuation.end()).toBe('spent 5.');
  });

  it('joins texts as they are written', () => {
    expect(seamless('', ' x')).toBe('x');
    expect(seamless('a', '')).toBe('');
    expect(seamless('a ', '  b')).toBe('b');
    expect(seamless('5', '%')).toBe('%');
  });
});

describe('whole words', () => {
  const through = (...deltas: string[]) => {
    const words = new WholeWords();
    return [...deltas.map((delta) => words.add(delta)), words.flush()];
  };

  it('go out when they are whole, with the blank behind them', () => {
    expect(through('The', ' tot', 'al', ' is', ' 40')).toEqual(['', 'The ', '', 'total ', 'is ', '40']);
  });

  it('go out at once when a mark ends them', () => {
    expect(through('Hello', '!', ' How', ' so', '?')).toEqual(['', 'Hello!', '', ' How ', 'so?', '']);
    expect(through('(yes)', ' 「はい」。')).toEqual(['(yes)', ' 「はい」。', '']);
  });

  it('keep a number together', () => {
    expect(through('12', '.', '50', ' is')).toEqual(['', '', '', '12.50 ', 'is']);
    expect(through('don', "'", 't', ' go')).toEqual(['', '', '', "don't ", 'go']);
  });

  it('do not wait for the end of a script without blanks, nor of a link', () => {
    const run = 'x'.repeat(41);
    expect(through(run)).toEqual([run, '']);
  });

  it('are the text in all, whatever its pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', ',', '1', '好') })), (deltas) => {
        expect(through(...deltas).join('')).toBe(deltas.join(''));
      }),
    );
  });
});
