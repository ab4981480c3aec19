import type { ConversationEvent } from '../conversation/conversation.port.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { CardWatch } from './card-watch.js';

/**
 * What happens, as [second, event]. `speaks` and `stops` are what the microphone tells; another text is what the caller has
 * said by then, and ends with a period at his turn's end.
 */
type Step = readonly [second: number, what: string | ConversationEvent];

function watch(steps: readonly Step[], language = 'en-US') {
  const cards = new CardWatch(lexiconFor(language));
  let held: number | undefined;
  for (const [second, what] of steps) {
    const now = second * 1000;
    held = cards.heldFrom(now);
    if (typeof what !== 'string') cards.event(what, now);
    else if (what === 'speaks') cards.event({ type: 'speech.started', audioMs: now }, now);
    else if (what === 'stops') cards.event({ type: 'speech.stopped', audioMs: now }, now);
    else if (what.endsWith('.')) cards.event({ type: 'turn.ended', turnId: 't', text: what }, now);
    else cards.event({ type: 'transcript.partial', turnId: 't', text: what }, now);
  }
  const cuts = cards.cuts.map(({ from, to }) => [from / 1000, to === undefined ? 'open' : to / 1000]);
  return { cuts, held: held === undefined ? undefined : held / 1000, cards };
}

const asks = (text: string): ConversationEvent[] => [
  { type: 'response.started', responseId: 'r' },
  { type: 'response.text', responseId: 'r', delta: text },
  { type: 'response.completed', responseId: 'r', text },
];

const CARD = 'four two four two four two four two four two four two four two four two';

describe('a card that is read', () => {
  it('is cut from the beginning of the turn in which its digits come', () => {
    const steps: Step[] = [
      [10, 'speaks'],
      [12, 'it is four two four two'],
      [14, 'it is four two four two four two four two'],
      [18, `it is ${CARD}`],
      [19, `it is ${CARD}.`],
      [22, 'speaks'],
      [24, 'thank you.'],
    ];
    expect(watch(steps).cuts).toEqual([[8.5, 19]]);
  });

  it('ends with the words that follow it in the same breath', () => {
    const steps: Step[] = [
      [10, 'speaks'],
      [18, CARD],
      [19, `${CARD} and`],
      [21, `${CARD} and send it to my office`],
      [24, `${CARD} and send it to my office please.`],
    ];
    expect(watch(steps).cuts[0]).toEqual([8.5, 21]);
  });

  it('is found by few digits where a card is spoken of', () => {
    const steps: Step[] = [
      [10, 'speaks'],
      [12, 'my card number is'],
      [13, 'my card number is four two four'],
    ];
    expect(watch(steps).cuts).toEqual([[8.5, 'open']]);
  });

  it('is cut from when it is asked for, whatever the recogniser makes of it', () => {
    const [start, text, done] = asks('Which card is it? Please read me the number of your card.');
    const steps: Step[] = [
      [1, start as ConversationEvent],
      [2, text as ConversationEvent],
      [6, done as ConversationEvent],
      [8, 'speaks'],
      [10, 'for to for to'],
    ];
    expect(watch(steps).cuts).toEqual([[6, 'open']]);
    // What is said instead of it is recorded from when it was said.
    expect(watch([...steps, [11, 'for to what.']]).cuts).toEqual([[6, 6.5]]);
  });

  it('may come in several turns', () => {
    const steps: Step[] = [
      [10, 'speaks'],
      [12, 'four two four two.'],
      [14, 'speaks'],
      [16, 'four two four two.'],
      [18, 'speaks'],
      [20, 'four two four two four two four two.'],
      [25, 'speaks'],
      [26, 'that is it.'],
    ];
    const { cuts } = watch(steps);
    expect(cuts[0]?.[0]).toBe(8.5);
    expect(cuts.at(-1)?.[1]).toBe(20);
  });

  it('is cut in German and Spanish too', () => {
    expect(
      watch(
        [
          [9, 'speaks'],
          [10, 'vier zwei vier zwei zweiundvierzig zweiundvierzig'],
        ],
        'de-DE',
      ).cuts,
    ).toEqual([[7.5, 'open']]);
    expect(
      watch(
        [
          [9, 'speaks'],
          [10, 'mi tarjeta es cuatro dos cuatro'],
        ],
        'es-ES',
      ).cuts,
    ).toEqual([[7.5, 'open']]);
  });

  it('is cut when the agent reads it back', () => {
    const [start, text, done] = asks('You said 4242 4242 4242 4242.');
    const { cuts } = watch([
      [1, start as ConversationEvent],
      [2, text as ConversationEvent],
      [9, done as ConversationEvent],
    ]);
    expect(cuts).toEqual([[2, 9]]);
  });

  it('ends by itself when nobody speaks any more', () => {
    const { cards, cuts } = watch([
      [9, 'speaks'],
      [10, 'four two four two four two four two'],
      [11, 'stops'],
    ]);
    expect(cuts).toEqual([[7.5, 'open']]);
    cards.heldFrom(60_000);
    expect(cards.cuts[0]?.to).toBe(60_000);
  });
});

describe('what is no card', () => {
  it.each([
    'What transactions does client five thousand and one have.',
    'client 5001 please.',
    'It was $1,234.56 on the third.',
    'one of the two.',
  ])('%s', (text) => {
    const { cuts } = watch([
      [10, 'speaks'],
      [13, text],
      [16, 'speaks'],
      [17, 'and the other one.'],
    ]);
    expect(cuts).toEqual([]);
  });
});

describe('what is held back', () => {
  it('is what nobody has understood yet', () => {
    expect(
      watch([
        [10, 'speaks'],
        [12, 'hello'],
      ]).held,
    ).toBe(8.5);
    expect(
      watch([
        [10, 'speaks'],
        [12, 'hello'],
        [13, 'hello.'],
        [14, 'stops'],
      ]).held,
    ).toBeUndefined();
    // A noise.
    expect(
      watch([
        [10, 'speaks'],
        [11, 'stops'],
        [17, 'stops'],
      ]).held,
    ).toBeUndefined();
    // A long story is let go of as it is understood.
    expect(
      watch([
        [10, 'speaks'],
        [30, 'once upon a time'],
        [31, 'once upon a time there'],
      ]).held,
    ).toBe(25);
    // Some digits may be followed by more.
    expect(
      watch([
        [10, 'speaks'],
        [12, 'it is 4242.'],
        [20, 'stops'],
      ]).held,
    ).toBe(8.5);
    expect(
      watch([
        [10, 'speaks'],
        [12, 'it is 4242.'],
        [40, 'stops'],
      ]).held,
    ).toBeUndefined();
  });
});
