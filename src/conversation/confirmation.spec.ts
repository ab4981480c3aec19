import { ConfirmationGate } from './confirmation.js';
import { lexiconFor } from './lexicon/lexicon-for.js';

describe('the confirmation gate', () => {
  const call = { id: '1', name: 'send', arguments: '{"to":"a@b.c","client":5001}' };
  const same = { id: '2', name: 'send', arguments: '{ "client": 5001, "to": "a@b.c" }' };
  const other = { id: '3', name: 'send', arguments: '{"to":"x@y.z","client":5001}' };
  let gate: ConfirmationGate;
  beforeEach(() => {
    gate = new ConfirmationGate(lexiconFor('en-US'));
    gate.ask(call, 'Shall I send it to a@b.c?', 1);
  });

  it('grants the same call in the next turn on a yes, whatever the order of its arguments', () => {
    expect(gate.grants(same, 2, 'yes')).toBe(true);
  });

  it('stays open for a turn more when the question was repeated', () => {
    gate.heard('I did not get that. Shall I send it to a@b.c?', 2);
    expect(gate.grants(call, 3, 'yes')).toBe(true);
  });

  it('does not stay open when something else was said', () => {
    gate.heard('Refunds take five days.', 2);
    expect(gate.grants(call, 3, 'yes')).toBe(false);
  });

  it('uses a yes up', () => {
    gate.grants(same, 2, 'yes');
    expect(gate.grants(same, 2, 'yes')).toBe(false);
  });

  it.each([
    ['in the turn that asked', call, 1, 'yes'],
    ['after another turn', call, 3, 'yes'],
    ['without a yes', call, 2, 'maybe'],
    ['for other arguments', other, 2, 'yes'],
    ['for another tool', { ...call, name: 'delete' }, 2, 'yes'],
  ])('refuses %s', (_why, asked, turn, text) => {
    expect(gate.grants(asked, turn, text)).toBe(false);
  });

  it('remembers several questions of one answer', () => {
    gate.ask(other, 'Shall I send it to x@y.z?', 1);
    expect(gate.grants(other, 2, 'yes both')).toBe(true);
    expect(gate.grants(call, 2, 'yes both')).toBe(true);
  });
});
