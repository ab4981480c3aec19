import { type AnswerReader, ConfirmationGate, type Question, sameAnswer } from './confirmation.js';

const read: AnswerReader = (text) => (text === 'yes' ? 'yes' : text === 'no' ? 'no' : undefined);
const questionTo = (to: string): Question => ({
  call: { id: '1', name: 'send', arguments: JSON.stringify({ to }) },
  statement: `I will send it to ${to}.`,
  ask: 'Shall I?',
});
const question = questionTo('a@b.c');

describe('the confirmation gate', () => {
  let gate: ConfirmationGate;
  beforeEach(() => {
    gate = new ConfirmationGate(read);
  });

  it('takes the very next turn for the answer', () => {
    gate.heard(question);
    const answer = gate.answered({ number: 2, text: 'yes' });
    expect(answer).toEqual({ verdict: 'yes', number: 1, question });
    expect(answer !== undefined && gate.holds(answer)).toBe(true);
  });

  it('tells a no from what is neither', () => {
    gate.heard(question);
    expect(gate.answered({ number: 2, text: 'no' })).toMatchObject({ verdict: 'no' });
    gate.heard(question);
    expect(gate.answered({ number: 3, text: 'what is the weather' })).toBeUndefined();
  });

  it.each<[string, (gate: ConfirmationGate) => void]>([
    ['no question', () => undefined],
    ['another turn between', (one) => void one.answered({ number: 2, text: 'hm' })],
    ['a reply to no turn between', (one) => void one.answered(undefined)],
  ])('takes no yes after %s', (_what, between) => {
    if (_what !== 'no question') gate.heard(question);
    between(gate);
    expect(gate.answered({ number: 3, text: 'yes' })).toBeUndefined();
  });

  it('lets the same turn come again, longer, until another does', () => {
    gate.heard(question);
    const yes = gate.answered({ number: 2, text: 'yes' });
    expect(gate.answered({ number: 2, text: 'yes wait no' })).toBeUndefined();
    expect(gate.answered({ number: 2, text: 'yes' })).toEqual(yes);
    gate.answered({ number: 3, text: 'hm' });
    expect(yes !== undefined && gate.holds(yes)).toBe(false);
  });

  it('holds no answer to an older question', () => {
    gate.heard(question);
    const old = gate.answered({ number: 2, text: 'yes' });
    gate.heard(questionTo('x@y.z'));
    expect(old !== undefined && gate.holds(old)).toBe(false);
    expect(gate.answered({ number: 3, text: 'yes' })).toMatchObject({ number: 2, question: questionTo('x@y.z') });
  });

  it('never holds a no', () => {
    gate.heard(question);
    const no = gate.answered({ number: 2, text: 'no' });
    expect(no !== undefined && gate.holds(no)).toBe(false);
  });

  it('previews without changing anything', () => {
    gate.heard(question);
    const before = gate.snapshot();
    expect(gate.preview({ number: 2, text: 'yes' })).toMatchObject({ verdict: 'yes' });
    expect(gate.snapshot()).toEqual(before);
    gate.answered({ number: 2, text: 'hm' });
    expect(gate.preview({ number: 3, text: 'yes' })).toBeUndefined();
  });

  it('goes on elsewhere from plain JSON', () => {
    gate.heard(question);
    gate.heard(question);
    gate.answered({ number: 2, text: 'yes' });
    const other = new ConfirmationGate(read);
    other.restore(JSON.parse(JSON.stringify(gate.snapshot())) as ReturnType<ConfirmationGate['snapshot']>);
    expect(other.answered({ number: 2, text: 'yes' })).toEqual({ verdict: 'yes', number: 2, question });
    other.heard(question);
    expect(other.answered({ number: 3, text: 'yes' })).toMatchObject({ number: 3 });
  });

  it('knows when two answers are the same', () => {
    const yes = { verdict: 'yes', number: 1, question } as const;
    expect(sameAnswer(yes, { ...yes })).toBe(true);
    expect(sameAnswer(undefined, undefined)).toBe(true);
    expect([{ ...yes, number: 2 }, { ...yes, verdict: 'no' } as const, undefined].some((b) => sameAnswer(yes, b))).toBe(
      false,
    );
  });
});
