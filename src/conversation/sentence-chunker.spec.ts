import * as fc from 'fast-check';
import { type ChunkerOptions, defaultChunkerOptions, SentenceChunker } from './sentence-chunker.js';

/** Later pieces are not glued together, so that each cut is seen. */
const eager: ChunkerOptions = { maxChars: 220, firstClauseChars: 24, minChars: 1 };

function chunk(text: string, options: ChunkerOptions = eager): string[] {
  const chunker = new SentenceChunker(options);
  return [...chunker.add(text), ...chunker.flush()];
}

function chunkDeltas(deltas: readonly string[], options: ChunkerOptions = eager): string[] {
  const chunker = new SentenceChunker(options);
  return [...deltas.flatMap((delta) => chunker.add(delta)), ...chunker.flush()];
}

describe('SentenceChunker', () => {
  describe('ends sentences', () => {
    it.each<[string, string[]]>([
      ['One here. Two here! Three here? Four', ['One here.', 'Two here!', 'Three here?', 'Four']],
      ['I found client 5001. Next, the total.', ['I found client 5001.', 'Next, the total.']],
      ['It costs $3.50. Anything else?', ['It costs $3.50.', 'Anything else?']],
      ['Is it 5? No. We closed it.', ['Is it 5?', 'No.', 'We closed it.']],
      ['He said "Stop." Then he left.', ['He said "Stop."', 'Then he left.']],
      ['That is **done.** Next one.', ['That is **done.**', 'Next one.']],
      ['Fine (really.) Next one.', ['Fine (really.)', 'Next one.']],
      ['What?! Really... Yes.', ['What?!', 'Really...', 'Yes.']],
      ['Done! 🎉 Now the rest.', ['Done!', '🎉 Now the rest.']],
      ['See https://example.com/a?b=1. Then call.', ['See https://example.com/a?b=1.', 'Then call.']],
      ['Write to john@example.com. Then call.', ['Write to john@example.com.', 'Then call.']],
      ['We open at 9 a.m. Come early.', ['We open at 9 a.m.', 'Come early.']],
      ['Rent, food, etc. Your total is 5.', ['Rent, food, etc.', 'Your total is 5.']],
      ['It is sunny in Jan. We open then.', ['It is sunny in Jan.', 'We open then.']],
    ])('in %j', (text, pieces) => {
      expect(chunk(text)).toEqual(pieces);
    });
  });

  describe('does not end a sentence', () => {
    it.each([
      'Ask Dr. Smith and Mrs. Jones.',
      'Take fruit, e.g. apples, i.e. something sweet.',
      'Pay 1,234.50 or 3.14 percent.',
      'Ask for J. R. Park at the desk.',
      'It is No. 5 of approx. 20.',
      'From Mar. 5 to Sept. 9 we open at 9 a.m. daily.',
      'The U.S. Government and the U.K. office agree.',
      'Well... maybe not.',
      'Hm… maybe not.',
      '"Really?" she said.',
      'Visit example.com or docs.example.org/a.b today.',
      'Version 1.2.3 of file.ts runs.',
      '1. Open the app',
      'Wir sehen uns am 5. März um 9 Uhr.',
      'Das ist z. B. richtig.',
    ])('in %j', (text) => {
      expect(chunk(text, { ...eager, firstClauseChars: 200 })).toEqual([text]);
    });
  });

  it('keeps list numbers with their items', () => {
    expect(chunk('1. Open the app.\n2. Tap send.\n10. Wait.')).toEqual([
      '1. Open the app.',
      '2. Tap send.',
      '10. Wait.',
    ]);
  });

  it('takes a number in mid-line that ends a sentence for what it is', () => {
    expect(chunk('There are 12. Five are new.')).toEqual(['There are 12.', 'Five are new.']);
    expect(chunk('That was it. 12. Next.')).toEqual(['That was it.', '12.', 'Next.']);
  });

  describe('other scripts', () => {
    it.each<[string, string[]]>([
      ['你好。今天天气很好！你呢？', ['你好。', '今天天气很好！', '你呢？']],
      ['彼は「行く。」と言った。次へ', ['彼は「行く。」', 'と言った。', '次へ']],
      ['यह पहला है। यह दूसरा है॥ तीसरा', ['यह पहला है।', 'यह दूसरा है॥', 'तीसरा']],
      ['هل أنت بخير؟ نعم. جيد', ['هل أنت بخير؟', 'نعم.', 'جيد']],
      ['안녕하세요. 반갑습니다.', ['안녕하세요.', '반갑습니다.']],
      ['¿Cómo estás? ¡Muy bien! Adiós', ['¿Cómo estás?', '¡Muy bien!', 'Adiós']],
    ])('%j', (text, pieces) => {
      expect(chunk(text)).toEqual(pieces);
    });

    it('cuts Chinese without any mark between words', () => {
      const pieces = chunk('我们今天去公园散步然后回家吃饭'.repeat(40));
      expect(pieces.length).toBeGreaterThan(2);
      for (const piece of pieces.slice(0, -1)) {
        expect(piece.length).toBeGreaterThan(200);
        expect(piece.length).toBeLessThanOrEqual(220);
      }
      // 公园 (park) and 然后 (then) are words: no piece begins with their second half.
      expect(pieces.filter((piece) => /^[园后]/u.test(piece))).toEqual([]);
    });

    it('cuts Thai at its phrase spaces', () => {
      const phrase = 'สวัสดีครับวันนี้อากาศดีมาก';
      const pieces = chunk(Array.from({ length: 20 }, () => phrase).join(' '));
      expect(pieces.length).toBeGreaterThan(4);
      for (const piece of pieces) expect(piece.replaceAll(phrase, '').trim()).toBe('');
    });
  });

  describe('the first piece', () => {
    const rest = ' and then some more words follow.';

    it('may be a clause', () => {
      expect(chunk(`I found three transactions for client 5001, the newest first. More`)).toEqual([
        'I found three transactions for client 5001,',
        'the newest first.',
        'More',
      ]);
    });

    it('is not a clause when that would be short', () => {
      expect(chunk(`However,${rest}`)).toEqual([`However,${rest}`]);
      expect(chunk(`Yes, of course,${rest}`)).toEqual([`Yes, of course,${rest}`]);
    });

    it.each([
      'The total of your account is 1,234 dollars now.',
      'The transactions that I found are from March 5, 2026 and later.',
      'The clients you asked for are 5001, 5002 and 5003.',
      'I could not find that one it seems that, however, it exists.',
      'There is more than enough (some of it new, some old) here.',
      'I will read you [the whole page, all of it](https://example.com/a) now.',
      'The meeting is from about 14:30 to 16:00 today.',
    ])('is not cut in %j', (text) => {
      expect(chunk(text)).toEqual([text]);
    });

    it('only the first one is', () => {
      expect(chunk('Here you are. I found three transactions for client 5001, the newest first.')).toHaveLength(2);
    });

    it('is a first one again after a flush', () => {
      const chunker = new SentenceChunker(eager);
      chunker.add('One sentence. And');
      chunker.flush();
      expect(chunker.add('I found three transactions for client 5001, the')).toEqual([
        'I found three transactions for client 5001,',
      ]);
    });

    it('is out as soon as the next character shows that the sentence has ended', () => {
      const chunker = new SentenceChunker();
      expect(chunker.add('Sure.')).toEqual([]);
      expect(chunker.add(' ')).toEqual(['Sure.']);
    });

    it('is not an emoji: the clause that follows still counts as first', () => {
      expect(chunk('👋. I found three transactions for client 5001, the newest')[1]).toBe(
        'I found three transactions for client 5001,',
      );
    });
  });

  it('speaks a short sentence together with the next, except the first', () => {
    expect(chunk('Hi. Yes. It is so. No. It is all right now.', defaultChunkerOptions)).toEqual([
      'Hi.',
      'Yes. It is so.',
      'No. It is all right now.',
    ]);
  });

  describe('lines', () => {
    it('end a piece', () => {
      expect(chunk('Here is what I found:\n- Rent\n- Food\n\nThat is all')).toEqual([
        'Here is what I found:',
        '- Rent',
        '- Food',
        'That is all',
      ]);
    });

    it('do not when they are only wrapped', () => {
      expect(chunk('The whole thing\nwas wrapped.\n\nthen a paragraph\n# heading\nunder it')).toEqual([
        'The whole thing\nwas wrapped.',
        'then a paragraph',
        '# heading',
        'under it',
      ]);
    });
  });

  describe('markdown', () => {
    it('keeps the head of a table with its first row and makes each further row a piece', () => {
      const table = '| Date | Amount |\n|---|---:|\n| 2026-03-05 | $5.00. Yes |\n| 2026-03-06 | $7 |\n| x | y |';
      expect(chunk(`Here:\n${table}\nDone. More`)).toEqual([
        'Here:',
        '| Date | Amount |\n|---|---:|\n| 2026-03-05 | $5.00. Yes |',
        '| 2026-03-06 | $7 |',
        '| x | y |',
        'Done.',
        'More',
      ]);
    });

    it('does not take rows for a head, nor negative numbers for its rule', () => {
      expect(chunk('| a | b |\n| -5 | c |\n| d | e |\n\n| f | g |\nText')).toEqual([
        '| a | b |',
        '| -5 | c |',
        '| d | e |',
        '| f | g |',
        'Text',
      ]);
    });

    it('bounds a table without line ends', () => {
      const pieces = chunk(`| ${'cell '.repeat(1000)}`);
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(880);
    });

    it('keeps a code fence in one piece whatever is in it', () => {
      const fence = `\`\`\`ts\n${'const a = 1. Then! \n\n| b |\n'.repeat(40)}\`\`\``;
      expect(chunk(`Look:\n${fence}\nThat is it. End`)).toEqual(['Look:', fence, 'That is it.', 'End']);
      expect(chunk(`~~~~\na\n~~~\nb. C\n~~~~\nEnd`)).toEqual(['~~~~\na\n~~~\nb. C\n~~~~', 'End']);
    });

    it('keeps what follows an unclosed fence in it, up to its bound', () => {
      expect(chunk('```\na. B. C')).toEqual(['```\na. B. C']);
      const pieces = chunk(`\`\`\`\n${'code. More\n'.repeat(2000)}`);
      expect(pieces[0]?.length).toBe(8000);
      for (const piece of pieces.slice(1)) expect(piece.length).toBeLessThanOrEqual(220);
    });

    it('does not take inline code for a fence', () => {
      expect(chunk('```npm i``` is it. Then go.')).toEqual(['```npm i``` is it.', 'Then go.']);
      expect(chunk('`a` is it. Then go.')).toEqual(['`a` is it.', 'Then go.']);
    });

    it('does not cut inside a link', () => {
      expect(chunk('See [the page. All of it](https://example.com "A. B") now. Then')).toEqual([
        'See [the page. All of it](https://example.com "A. B") now.',
        'Then',
      ]);
    });

    it('does not wait for ever for a bracket to close', () => {
      const pieces = chunk(`[${'One sentence here. '.repeat(100)}`);
      expect(pieces.length).toBeGreaterThan(20);
    });
  });

  describe('text that never ends its sentence', () => {
    it('is cut at a clause, else at a space', () => {
      const words = 'word '.repeat(30).trim();
      expect(chunk(`${words}, ${'more '.repeat(40)}`, { ...eager, firstClauseChars: 1000 })[0]).toBe(`${words},`);
      for (const piece of chunk('word '.repeat(1000))) {
        expect(piece.length).toBeLessThanOrEqual(220);
        expect(piece).toMatch(/^word( word)*$/u);
      }
    });

    it('is not cut inside a number', () => {
      for (const piece of chunk('1,234,567.89 '.repeat(300)))
        expect(piece).toMatch(/^1,234,567\.89( 1,234,567\.89)*$/u);
    });

    it('holds an address together up to four times the bound', () => {
      const url = `https://example.com/${'a'.repeat(400)}`;
      expect(chunk(`Look at ${url} please.`)).toEqual(['Look at', url, 'please.']);
      expect(chunk(`请看${url}谢谢`)).toEqual([`请看${url}`, '谢谢']);
      const [first] = chunk(`https://${'a'.repeat(5000)}`);
      expect(first?.length).toBe(880);
    });

    it('holds a link together', () => {
      const link = `[${'some words '.repeat(10)}](https://example.com/${'a'.repeat(150)})`;
      expect(chunk(`Now ${link} and more`)).toEqual(['Now', link, 'and more']);
    });

    it('never splits what is one character to the reader', () => {
      const family = '👩‍👩‍👧‍👦';
      for (const piece of chunk(family.repeat(200))) expect(piece.replaceAll(family, '')).toBe('');
      for (const piece of chunk('e\u0301'.repeat(800))) expect(piece.replaceAll('e\u0301', '')).toBe('');
      for (const piece of chunk('𝕏'.repeat(900))) expect(piece.isWellFormed()).toBe(true);
    });
  });

  it('gives nothing for nothing', () => {
    expect(chunk('')).toEqual([]);
    expect(chunk(' \n\t ')).toEqual([]);
  });

  describe('whatever the text', () => {
    const fragments = [
      ['Hello', 'client 5001', 'Dr', 'e.g', 'No', 'U.S', 'etc', '1', '$3.50', '1,234', 'however', 'well'],
      ['. ', '! ', '? ', '... ', '… ', ', ', ': ', '; ', ' — ', '。', '，', '।', '." ', '.** ', ' ', ' ', ' '],
      ['\n', '\n\n', '\n- ', '\n1. ', '\n# ', '\n```\n', '```', '~~~', '`', '\n| a | b |\n|---|---|\n| c |'],
      ['[text](https://example.com/a?b=c)', '[', ']', '(', ')', '](', 'https://example.com/a.b?c', 'a@b.co'],
      ['你好', '日本語', 'สวัสดี', 'नमस्ते', '👩‍👩‍👧', '🇫🇷', 'e\u0301', 'x'.repeat(60), '字'.repeat(40)],
    ].flat();
    const part = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(...fragments),
    );
    const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(''));
    const options = fc.record({
      maxChars: fc.integer({ min: 40, max: 220 }),
      firstClauseChars: fc.integer({ min: 1, max: 40 }),
      minChars: fc.integer({ min: 1, max: 20 }),
    });

    it('the pieces are the text, but for white space at their ends', () => {
      fc.assert(
        fc.property(text, options, (whole, limits) => {
          let from = 0;
          for (const piece of chunk(whole, limits)) {
            expect(piece).toBe(piece.trim());
            expect(piece).not.toBe('');
            const at = whole.indexOf(piece, from);
            expect(at).toBeGreaterThanOrEqual(from);
            expect(whole.slice(from, at).trim()).toBe('');
            from = at + piece.length;
          }
          expect(whole.slice(from).trim()).toBe('');
        }),
        { numRuns: 400 },
      );
    });

    it('they do not depend on the deltas', () => {
      fc.assert(
        fc.property(
          text,
          options,
          fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
          (whole, limits, sizes) => {
            const deltas: string[] = [];
            for (let at = 0; at < whole.length; at += deltas.at(-1)?.length ?? 0) {
              deltas.push('', whole.slice(at, at + (sizes[deltas.length % sizes.length] ?? 1)));
            }
            const pieces = chunk(whole, limits);
            expect(chunkDeltas(deltas, limits)).toEqual(pieces);
            expect(chunkDeltas(whole.split(''), limits)).toEqual(pieces);
          },
        ),
        { numRuns: 400 },
      );
    });

    it('they are bounded', () => {
      fc.assert(
        fc.property(text, options, (whole, limits) => {
          for (const piece of chunk(whole, limits)) {
            if (/^(?:```|~~~)/u.test(piece)) expect(piece.length).toBeLessThanOrEqual(8000);
            else if (/[[|]|[\u0021-\u007e]{15}/u.test(piece))
              expect(piece.length).toBeLessThanOrEqual(limits.maxChars * 4);
            else expect(piece.length).toBeLessThanOrEqual(limits.maxChars);
          }
        }),
        { numRuns: 400 },
      );
    });

    it('they split no character and no number', () => {
      const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
      fc.assert(
        fc.property(text, options, (whole, limits) => {
          const starts = new Set(Array.from(graphemes.segment(whole), (segment) => segment.index));
          let from = 0;
          for (const piece of chunk(whole, limits)) {
            const at = whole.indexOf(piece, from);
            from = at + piece.length;
            const spaceBefore = /\s/u.test(whole[at - 1] ?? '');
            if (!spaceBefore) expect(starts.has(at)).toBe(true);
            expect(/\d[.,]?$/u.test(whole.slice(0, at)) && /^[.,]?\d/u.test(piece)).toBe(false);
          }
        }),
        { numRuns: 400 },
      );
    });
  });

  it('looks at each character a bounded number of times, also when they come one by one', () => {
    // A quadratic chunker would need minutes for these; each takes some tens of milliseconds.
    for (const unit of ['word ', 'a', '.', '[', '`', '| ', 'Hi. ', '字', '\n', '(', '```\nx', 'e.g. ', '!" ', 'ส']) {
      const long = unit.repeat(100_000 / unit.length);
      expect(chunkDeltas(long.split('')).join('').length).toBeLessThanOrEqual(long.length);
    }
  });
});
