import { ConfirmationGate, isClearYes } from './confirmation.js';

describe('a clear yes', () => {
  it.each([
    'yes',
    'Yes, please.',
    'yeah go ahead',
    'sure',
    'okay do it',
    'please send it',
    'that is right',
    'Yep!',
    'yes send that email',
    'yes thank you julia',
  ])('is %j', (text) => {
    expect(isClearYes(text)).toBe(true);
  });

  it.each([
    '',
    'no',
    'yes but not to him',
    'yes wait',
    "don't",
    'yes actually send it to maria instead',
    'what did you say',
    'hm',
    'i am not sure',
    'is that correct',
    'is that right?',
    'yes to mary',
    'please who is it',
    'okay what about march',

    'stop',
    'cancel that please',
  ])('is not %j', (text) => {
    expect(isClearYes(text)).toBe(false);
  });
});

describe('the confirmation gate', () => {
  const call = { id: '1', name: 'send', arguments: '{"to":"a@b.c","client":5001}' };
  const same = { id: '2', name: 'send', arguments: '{ "client": 5001, "to": "a@b.c" }' };
  const other = { id: '3', name: 'send', arguments: '{"to":"x@y.z","client":5001}' };
  let gate: ConfirmationGate;
  beforeEach(() => {
    gate = new ConfirmationGate();
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
