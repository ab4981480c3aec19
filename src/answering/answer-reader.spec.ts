import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { AnswerReader, type Answerer, isMailbox } from './answer-reader.js';
import { operatorKey } from './operator-key.js';

const { answering, numbers } = lexiconFor('en');

interface Said {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Who answers so, and after how many ms that is known. */
function whoSays(said: readonly Said[], cues = answering, beepAt = Number.POSITIVE_INFINITY): [Answerer, number] {
  const reader = new AnswerReader(cues);
  for (let now = 0; now < 40_000; now += 20) {
    const done = said.filter(({ to }) => to <= now);
    if (said.some(({ from, to }) => now >= from && now < to)) reader.sound(now);
    if (done.length > 0) reader.heard(done.map(({ text }) => text).join(' '), done.at(-1)?.to ?? 0);
    if (now >= beepAt) reader.beep();
    const who = reader.decide(now);
    if (who !== undefined) return [who, now];
  }
  throw new Error('never decided');
}

describe('who has answered', () => {
  it('is a person, who says hello and waits', () => {
    const [who, at] = whoSays([{ from: 500, to: 1000, text: 'hello' }]);
    expect(who).toBe('person');
    expect(at).toBeLessThan(2500);
  });

  it('is a machine that says so, at its next pause or a little later', () => {
    const mailbox = 'you have reached the voicemail of ada park please leave a message after the tone';
    expect(whoSays([{ from: 200, to: 5200, text: mailbox }])).toEqual(['voicemail', expect.closeTo(5700, -2)]);
    const menu = 'for sales press one for service press two';
    expect(whoSays([{ from: 200, to: 3500, text: menu }])[0]).toBe('menu');
    const screen = 'please state your name and the reason for your call';
    expect(whoSays([{ from: 200, to: 3500, text: screen }])[0]).toBe('screener');
  });

  it('is nobody, when nothing is heard', () => {
    expect(whoSays([])).toEqual(['silence', 6000]);
  });

  it('is whoever beeps a machine, in every language', () => {
    expect(whoSays([{ from: 200, to: 4000, text: 'hinterlassen sie eine nachricht' }], undefined, 4300)).toEqual([
      'voicemail',
      4300,
    ]);
    expect(whoSays([{ from: 300, to: 900, text: 'ja bitte' }], undefined)[0]).toBe('person');
  });

  it('does not change, and is decided in time, whatever is heard', () => {
    const reader = new AnswerReader(answering);
    reader.heard('hello', 500);
    expect(reader.decide(3000)).toBe('person');
    reader.heard('hello leave a message after the tone', 5000);
    reader.beep();
    expect(reader.decide(9000)).toBe('person');
    const endless = Array.from({ length: 400 }, (_, n) => ({ from: n * 100, to: n * 100 + 90, text: 'blah' }));
    expect(whoSays(endless)[1]).toBeLessThanOrEqual(25_000);
  });

  it('turns out to be a machine after all', () => {
    expect(isMailbox('i can not come to the phone leave a message', answering)).toBe(true);
    expect(isMailbox('can i take a message for him', answering)).toBe(false);
    expect(isMailbox('leave a message after the tone', undefined)).toBe(false);
  });
});

describe('the key for a person', () => {
  const keyOf = (text: string) => answering && operatorKey(text, answering, { ...numbers.digits, ...answering.keys });

  it.each([
    ['for billing press one to speak to an operator press nine', '9'],
    ['press one for billing press two for a representative', '2'],
    ['dial star for the operator', '*'],
    ['for opening hours press one for directions press two', '0'],
    ['your call is important to us', '0'],
  ])('of "%s" is %s', (menu, key) => {
    expect(keyOf(menu)).toBe(key);
  });
});
