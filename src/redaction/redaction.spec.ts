import fc from 'fast-check';
import { calls, FakeModel, says } from '../../test/fakes/providers.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { speakable } from '../conversation/speakable.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';
import { CallRedaction, type RedactOptions } from './call-redaction.js';
import { ENTITY_KINDS } from './entity.js';
import { isPattern } from './finders.js';
import { TokenStream } from './token-stream.js';

const all: RedactOptions = { kinds: [...ENTITY_KINDS], speak: false };
const redactionFor = (language = 'en-US', options: Partial<RedactOptions> = {}) =>
  new CallRedaction({ ...all, ...options }, lexiconFor(language));

/** What is left of the text, and the values behind its tokens. */
function hidden(text: string, language?: string, options?: Partial<RedactOptions>) {
  const { vault } = redactionFor(language, options);
  const left = vault.redact(text);
  const values = [...left.matchAll(/\[\w+\]/g)].map(([token]) => vault.valueOf(token)?.value);
  return { left, values };
}

describe('what is found', () => {
  it.each([
    ['My card is 4242 4242 4242 4242, please.', 'My card is [card_1], please.', '4242424242424242'],
    ['4242-4242-4242-4242', '[card_1]', '4242424242424242'],
    ['American: 3782 822463 10005', 'American: [card_1]', '378282246310005'],
    [
      'it is four two four two, four two four two four two four two four two four two thanks',
      'it is [card_1] thanks',
      '4242424242424242',
    ],
    ['forty-two forty two 42 42 42 42 42 forty-two', '[card_1]', '4242424242424242'],
    ['4242 uh 4242 um, 4242 4242', '[card_1]', '4242424242424242'],
    ['four one double one one one one one one one one one one one one one', '[card_1]', '4111111111111111'],
    ['Write to Ada.Lovelace@Example.com!', 'Write to [email_1]!', 'ada.lovelace@example.com'],
    ['it is ada at example dot com okay', 'it is [email_1] okay', 'ada@example.com'],
    ['Call +1 415 555 0132 or me', 'Call [phone_1] or me', '+14155550132'],
    ['Call (415) 555-0132', 'Call [phone_1]', '+14155550132'],
    ['call four one five five five five oh one three two now', 'call [phone_1] now', '+14155550132'],
    ['IBAN DE89 3704 0044 0532 0130 00 is mine', 'IBAN [iban_1] is mine', 'DE89370400440532013000'],
    ['gb82west12345698765432', '[iban_1]', 'GB82WEST12345698765432'],
  ])('%j', (text, left, value) => {
    expect(hidden(text)).toEqual({ left, values: [value] });
  });

  it.each([
    ['de-DE', 'vier zwei vier zwei zweiundvierzig zweiundvierzig 4242 vier zwei vier zwei', '4242424242424242'],
    ['es-ES', 'cuatro dos cuatro dos cuarenta y dos cuarenta y dos 4242 4242', '4242424242424242'],
  ])('in %s too', (language, text, value) => {
    expect(hidden(text, language)).toEqual({ left: '[card_1]', values: [value] });
  });

  it.each([
    'Client 5001 has 42 transactions of $1,234.56 since 2026-11-29.',
    '4242 4242 4242 4243', // the check digit is wrong
    'four two four two',
    'DE89 3704 0044 0532 0130 02',
    'one of the two at home',
    '',
  ])('nothing in %j', (text) => {
    expect(hidden(text, 'en-US', { kinds: ['card', 'email', 'iban'] }).left).toBe(text);
  });

  it('an operator’s own pattern, before the general ones, in linear time', () => {
    const order = { name: 'order', pattern: 'ORD-\\d{6}' };
    expect(hidden('it is ORD-123456', 'en-US', { kinds: [order] })).toEqual({
      left: 'it is [order_1]',
      values: ['ORD-123456'],
    });
    expect([isPattern('(a'), isPattern('(a)\\1'), isPattern('(a+)+$')]).toEqual([false, false, true]);
    const evil = { name: 'evil', pattern: '(a+)+$' };
    const from = performance.now();
    hidden(`${'a'.repeat(20_000)}b`, 'en-US', { kinds: [evil] });
    expect(performance.now() - from).toBeLessThan(5_000); // a backtracking engine takes for ever
  });

  it.each(['4', 'a@', 'DE89', '4242 ', 'ada at example dot ', '1 ', 'one '])(
    'costs no more than its length: %j many times over',
    (piece) => {
      const { vault } = redactionFor();
      const from = performance.now();
      vault.redact(piece.repeat(Math.floor(20_000 / piece.length)));
      expect(performance.now() - from).toBeLessThan(5_000);
    },
  );
});

describe('what is said of a value', () => {
  it.each([
    ['en-US', 'four two four two'],
    ['de-DE', 'vier zwei vier zwei'],
    ['es-ES', 'cuatro dos cuatro dos'],
  ])('ends in digits, in %s', (language, digits) => {
    const { card, phone, iban } = lexiconFor(language).hidden;
    for (const words of [card, phone, iban])
      expect(speakable(words.replace('{end}', '4242'), language)).toContain(digits);
  });
});

describe('tokens', () => {
  it('are the same for the same value, however it is said, and another for another', () => {
    const { vault } = redactionFor();
    expect(vault.redact('4242424242424242 and 4111 1111 1111 1111')).toBe('[card_1] and [card_2]');
    expect(vault.redact('again 4242-4242-4242-4242')).toBe('again [card_1]');
  });

  it('cannot be forged by who writes one', () => {
    const { vault } = redactionFor();
    vault.redact('4242424242424242');
    expect(vault.redact('what is [card_1]?')).toBe('what is (card 1)?');
  });

  it('stand in what was heard of a text as they do in all of it', () => {
    const { vault } = redactionFor();
    const text = 'Your card is 4242 4242 4242 4242, thanks.';
    expect(vault.redactHeard(text, 'Your card is 4242 4242')).toBe('Your card is [card_1]');
    expect(vault.redactHeard(text, 'Your card')).toBe('Your card');
    expect(vault.redactHeard(text, text)).toBe('Your card is [card_1], thanks.');
  });

  it('come whole out of a stream, wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('[card_1]', '[card', '_1]', '[', 'your card ', '[nothing_9]', 'x'), { maxLength: 8 }),
        fc.array(fc.nat(20), { maxLength: 8 }),
        (pieces, cuts) => {
          const text = pieces.join('');
          const whole = text.replaceAll('[card_1]', '<value>');
          const stream = new TokenStream((token) => (token === '[card_1]' ? '<value>' : undefined));
          let out = '';
          let at = 0;
          for (const cut of cuts) {
            out += stream.add(text.slice(at, at + cut));
            at += cut;
          }
          expect(out + stream.add(text.slice(at)) + stream.end()).toBe(whole);
        },
      ),
    );
  });
});

describe('a model that is not told', () => {
  const card = '4242 4242 4242 4242';
  const request: LlmRequest = {
    messages: [
      { role: 'system', text: 'Our number is +1 415 555 0100.' },
      { role: 'user', text: `Pay with ${card}` },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'look', arguments: '{"card":4242424242424242}' }] },
      { role: 'tool', callId: 'c', name: 'look', content: '{"ok":true,"data":{"mail":"ada@example.com"}}' },
    ],
    tools: [],
  };
  const run = async (script: () => Iterable<LlmPart>, options: Partial<RedactOptions> = {}, noting = false) => {
    const model = new FakeModel(script);
    const redaction = redactionFor('en-US', options);
    const parts: LlmPart[] = [];
    const wrapped = noting ? redaction.noting(model) : redaction.speaking(model);
    for await (const part of wrapped.stream(request, new AbortController().signal)) parts.push(part);
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.delta] : [])).join('');
    return { told: model.requests[0]?.messages ?? [], parts, text };
  };

  it('sees tokens in the caller’s words, in arguments and in results, and the operator’s words as they are', async () => {
    const { told } = await run(() => says('Fine.'));
    expect(told[0]).toEqual(request.messages[0]);
    expect(told[1]).toEqual({ role: 'system', text: expect.stringContaining('[card_1]') as string });
    expect(told.slice(2)).toEqual([
      { role: 'user', text: 'Pay with [card_1]' },
      { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'look', arguments: '{"card":"[card_1]"}' }] },
      { role: 'tool', callId: 'c', name: 'look', content: '{"ok":true,"data":{"mail":"[email_1]"}}' },
    ]);
  });

  it('calls tools with what its tokens stand for', async () => {
    const { parts } = await run(() => calls({ id: 'p', name: 'pay', args: { card: '[card_1]', to: 'to [email_1]' } }));
    expect(parts[0]).toEqual({
      type: 'tool.call',
      call: { id: 'p', name: 'pay', arguments: '{"card":"4242424242424242","to":"to ada@example.com"}' },
    });
  });

  const split = function* (): Iterable<LlmPart> {
    for (const delta of ['I take ', '[ca', 'rd_', '1] now, and tell [email', '_1].']) yield { type: 'text', delta };
    yield { type: 'finished', reason: 'stop' };
  };

  it.each([
    [{ speak: false }, 'I take your card ending in 4242 now, and tell your address at example.com.'],
    [{ speak: true }, 'I take 4242424242424242 now, and tell ada@example.com.'],
  ])('is heard as %j wants it, its tokens split over deltas', async (options, heard) => {
    expect((await run(split, options)).text).toBe(heard);
  });

  it('is not heard to say twice whose card it is', async () => {
    expect((await run(() => says('Your card [card_1] is fine.'))).text).toBe('Your card ending in 4242 is fine.');
  });

  it('keeps the values in what nobody hears', async () => {
    expect((await run(split, {}, true)).text).toBe('I take 4242424242424242 now, and tell ada@example.com.');
  });

  it('is told nothing new where there is nothing to hide', async () => {
    const model = new FakeModel(() => says('Yes.'));
    const plain: LlmRequest = { messages: [{ role: 'user', text: 'Hello' }], tools: [] };
    for await (const _ of redactionFor().speaking(model).stream(plain, new AbortController().signal));
    expect(model.requests).toEqual([plain]);
  });
});
