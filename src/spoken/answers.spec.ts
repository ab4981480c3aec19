import { corrected, leaning, plainQuestion, refusesTo, yesOrNo } from './answers.js';
import { clausesOf } from './clauses.js';
import { cuesOf } from './cues.js';
import { wordsOf } from './words.js';

it.each([
  ['Yes, go ahead.', { yes: true, no: false, surely: true }],
  ['Okay, but not now.', { yes: true, no: true, surely: false }],
  ['Never mind.', { yes: false, no: true, surely: false }],
  ['For client 5001.', { yes: false, no: false, surely: false }],
])('knows what is agreed to in %s', (text, expected) => {
  expect(yesOrNo(wordsOf(text))).toEqual(expected);
});

it('knows what is not to be done', () => {
  expect(refusesTo(wordsOf("Don't send it."), ['send'])).toBe(true);
  expect(refusesTo(wordsOf('Do not wait, send it.'), ['send'])).toBe(false);
});

it.each([
  ['5001 no 5002', ['5002']],
  ['not 5001 5002', ['5002']],
  ['no 5001 and 5002', ['5001', '5002']],
  ['5001 and 5002 wait', ['5001', '5002']],
  ['5001 oh dear 5002 i mean to say', ['5002']],
  ['5001 my head 5002 it ought to be', ['5002']],
  ['5001 hm 5002 and 5003 i mean', ['5002', '5003']],
  ['5001 and 5002 i mean', ['5001', '5002']],
])('takes back what was corrected in %s', (text, expected) => {
  const words = text.split(' ');
  const slots = words.flatMap((value, start) => (/^\d/.test(value) ? [{ value, start, end: start + 1 }] : []));
  expect(corrected(words, slots).map(({ value }) => value)).toEqual(expected);
});

it('tells what leans on what was said before, and what is only polite', () => {
  expect(leaning(wordsOf('Okay, and what about May?'))).toBe(4);
  expect(leaning(wordsOf('What happened in May?'))).toBe(0);
  expect(plainQuestion(wordsOf('Hi, can you tell me how refunds work?'))).toBe('how refunds work');
});

it('cuts a turn where another wish may begin, and nowhere in an address', () => {
  const clauses = (text: string) => clausesOf(text, 'julia', ['send']).map((words) => words.join(' '));
  expect(clauses('Julia, show me 5001 and send it. Thanks!')).toEqual(['show me 5001', 'and send it', 'thanks']);
  expect(clauses('show it to john and send dot com at example dot com')).toHaveLength(1);
});

it('weighs each row of cues once', () => {
  const cues = cuesOf([
    [3, 'show|list', 'read !it'],
    [1, '^ and', 'refund*', 'please $'],
  ]);
  expect(cues.weigh(wordsOf('show the list'))).toBe(3);
  expect(cues.weigh(wordsOf('and read refunds please'))).toBe(4);
  expect(cues.weigh(wordsOf('read it and go'))).toBe(0);
  expect(cues.spansIn(wordsOf('list the refunded ones'))).toEqual([
    { start: 0, end: 1 },
    { start: 2, end: 3 },
  ]);
});
