// More ways to a yes that is none, with a model that does all it can to send: of each the kind is tried, not one example.
import { type FakeCallOptions, fakeCall } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import { FRIEND, send, sending, STRANGER, text } from '../../test/fakes/sending.js';
import { isClearYes } from './lexicon/answers.js';
import { lexiconFor } from './lexicon/lexicon-for.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';

type Call = ReturnType<typeof fakeCall>;
const STATEMENT = `I will send ${FRIEND}.`;
const STATEMENT_MS = STATEMENT.length * 50;

/** Asks for it whenever it is asked anything, says that it is done, and asks something of its own. */
const pushing =
  (to = FRIEND) =>
  ({ messages }: LlmRequest): Iterable<LlmPart> =>
    messages.at(-1)?.role === 'user'
      ? [text('Of course, done. Is that right? '), ...send(to), text(' Anything else?')]
      : says('Sent. Would you like another?');

/** Asks once, and then never again. */
function asksOnce(after: (request: LlmRequest) => Iterable<LlmPart> = () => says('It is sunny. Want to hear more?')) {
  let asked = false;
  return (request: LlmRequest): Iterable<LlmPart> => {
    if (asked) return after(request);
    asked = true;
    return send(FRIEND);
  };
}

const WAYS: Readonly<Record<string, (call: Call, words: string) => void>> = {
  typed: (call, words) => call.conversation.submitText(words),
  spoken: (call, words) => call.stt.say(words),
};

/** The caller barges in with these words and stays silent until the model has answered. */
async function bargeIn(call: Call, words: string): Promise<void> {
  call.stt.emit({ type: 'speech.started', audioMs: 0 });
  call.stt.emit({ type: 'transcript.partial', text: words });
  call.stt.emit({ type: 'transcript.final', text: words, words: [], confidence: 1, audioMs: 0 });
  call.stt.emit({ type: 'speech.stopped', audioMs: 0 });
  call.stt.emit({ type: 'turn.ended' });
  await call.clock.advance(20_000);
}

describe.each(Object.keys(WAYS))('with a hostile model, a yes, %s,', (way) => {
  const say = (call: Call, words: string) => WAYS[way]?.(call, words);
  async function asked(script: FakeCallOptions['script'], ms = 20_000, options: FakeCallOptions = {}) {
    const { sent, tools } = sending();
    const call = fakeCall({
      tools,
      script: script ?? pushing(),
      ...options,
      turn: { idlePromptMs: 0, ...options.turn },
    });
    say(call, 'go');
    await call.clock.advance(ms);
    return { call, sent };
  }
  async function then(call: Call, words: string, ms = 20_000): Promise<void> {
    say(call, words);
    await call.clock.advance(ms);
  }

  it.each(['hold on', 'uh what', 'sorry', 'yes', 'okay yes'])(
    'after the question was cut by %j on its first word is none',
    async (words) => {
      const { call, sent } = await asked(asksOnce(), 120);
      await bargeIn(call, words);
      await then(call, 'yes');
      await then(call, 'yes please');
      expect(sent).toEqual([]);
    },
  );

  it('is to one of two tools, whichever is called first, and the other is asked about by itself', async () => {
    const both = () =>
      calls({ id: 'x1', name: 'wipe', args: { to: 'all' } }, { id: 'x2', name: 'send', args: { to: FRIEND } });
    const { sent, tools } = sending();
    const wiped: string[] = [];
    const wipe = {
      effect: 'write' as const,
      run: () => {
        wiped.push('all');
        return Promise.resolve({ ok: true as const, data: 'wiped' });
      },
    };
    const { call } = await asked(
      asksOnce(() => both()),
      20_000,
      { tools: { ...tools, wipe } },
    );
    await then(call, 'yes');
    expect([sent, wiped]).toEqual([[FRIEND], []]);
    expect(call.voice.spoken.slice(-2)).toEqual(['I will wipe all.', 'Shall I?']);
    await then(call, 'what was that');
    await then(call, 'no');
    expect(wiped).toEqual([]);
  });

  it.each([`no, send it to ${STRANGER}`, `yes but to ${STRANGER}`, `make that ${STRANGER}`, `actually ${STRANGER}`])(
    'after the address was changed by %j is to the new one, once its question was heard, and only to it',
    async (words) => {
      const { call, sent } = await asked(asksOnce(() => send(STRANGER)));
      say(call, words);
      await call.clock.advance(300); // the new question has only begun
      await then(call, 'yes');
      expect(sent).toEqual([]);
      await then(call, 'yes');
      expect(sent.filter((to) => to === FRIEND)).toEqual([]);
      expect(sent.length).toBeLessThan(2);
    },
  );

  it('after the model has changed the address by itself is to the one that was spoken', async () => {
    const { call, sent } = await asked(asksOnce(() => send(STRANGER)));
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
  });

  it.each([
    ['once', 9000],
    ['again', 30_000],
  ])('after a silence that the agent has broken %s is none', async (_times, ms) => {
    const { call, sent } = await asked(asksOnce(), STATEMENT_MS + ms, { turn: { idlePromptMs: 7000 } });
    expect(call.voice.spoken).toContain('Still there?');
    await then(call, 'yes', 3000);
    expect(sent).toEqual([]);
  });

  it('after a long silence that nobody has broken is one', async () => {
    const { call, sent } = await asked(asksOnce(), 120_000);
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
  });

  it.each([
    'my boss said yes to that',
    'does yes mean that you send it',
    'I never said yes',
    'tell him yes',
    'if I say yes what happens',
    'yes is what my sister said',
    'he would say yes',
    'the answer yes is too short',
    'I said yes yesterday',
    'when did I say yes',
    'you want me to say yes',
    'say yes',
    'yes or no',
    'yes and no',
    'a yes from me needs a day',
  ])('inside another sentence is none: %s', async (words) => {
    const { call, sent } = await asked(asksOnce());
    await then(call, words);
    expect(sent).toEqual([]);
  });

  it.each([
    'yes but not to that address',
    'yes but not to Frederick',
    'yes to anybody but Frederick',
    'yes except to Frederick',
    'yes to the other one',
    'yes if it is free',
    'yes once I have checked it',
    'yes tomorrow',
    'yes later',
    'yes in an hour',
    `yes ${FRIEND} and ${STRANGER}`,
    `yes to ${STRANGER} instead`,
    'yes without the numbers',
    'yes only the first of them',
    'yes twice',
    'yes unless it costs something',
    'yes I mean no',
    'yes not',
    'yes don’t',
    'sure, like I would do that',
  ])('that is not to all of it is none: %s', async (words) => {
    const { call, sent } = await asked(asksOnce());
    await then(call, words);
    expect(sent).toEqual([]);
  });

  it.each(['what is the weather', 'hmm', 'who are you', 'tell me more'])(
    'to what the model asks by itself after %j is none',
    async (words) => {
      const { call, sent } = await asked(asksOnce(() => says(`${STATEMENT} Shall I? Say yes.`)));
      await then(call, words);
      await then(call, 'yes');
      expect(sent).toEqual([]);
    },
  );

  it.each(['ja', 'sí', 'oui', 'hai', 'da', 'si', 'jo', 'ano', 'tak', 'sim', 'ja bitte', 'oui, yes?', 'ナイス', 'да'])(
    'in a language that the agent does not speak is none: %s',
    async (words) => {
      const { call, sent } = await asked(asksOnce());
      await then(call, words);
      expect(sent).toEqual([]);
    },
  );

  it.each([
    ['at once', 0],
    ['while it is being done', 1],
    ['while its result is told', 700],
    ['after it', 20_000],
  ])('said twice, the second %s, does it once', async (_when, ms) => {
    const { call, sent } = await asked(asksOnce(() => [text('Working. '), ...send(FRIEND)]));
    say(call, 'yes');
    await call.clock.advance(ms);
    say(call, 'yes');
    await call.clock.advance(300); // a question that the second may have led to has only begun
    say(call, 'yes');
    await call.clock.advance(20_000);
    expect(sent).toEqual([FRIEND]);
  });

  it.each([
    ['the first word of it', 100, false],
    ['all but its end', STATEMENT_MS - 200, false],
    ['all of it', STATEMENT_MS + 50, true],
  ])('after the line was away, when the client says to have heard %s', async (_what, playedMs, isYes) => {
    for (const isElsewhere of [false, true]) {
      const script = asksOnce();
      const { call, sent } = await asked(script, STATEMENT_MS + 100);
      call.conversation.playbackPosition('r1', Math.min(playedMs, 100));
      call.conversation.hold();
      await call.clock.advance(8000);
      const heard = { responseId: 'r1', playedMs };
      let now = call;
      if (isElsewhere) {
        const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
        const { tools } = sending();
        now = fakeCall({ tools, script, before: { snapshot, tools: call.tools }, turn: { idlePromptMs: 0 } });
      }
      now.conversation.release(heard);
      await now.clock.advance(1);
      await then(now, 'yes');
      expect([isElsewhere, sent]).toEqual([isElsewhere, isYes ? [FRIEND] : []]);
    }
  });

  it('is none while the question is said again after the line was away, and one once it was', async () => {
    const { call, sent } = await asked(asksOnce(), 300);
    call.conversation.hold();
    await call.clock.advance(5000);
    call.conversation.release({ responseId: 'r1', playedMs: 200 });
    await call.clock.advance(STATEMENT_MS);
    expect(sent).toEqual([]);
    await call.clock.advance(5000);
    await then(call, 'yes');
    expect(sent).toEqual([FRIEND]);
  });

  it.each([
    ['has spoken none of it', 0, false, false],
    ['is in the middle of it', STATEMENT.length - 4, false, false],
    ['has spoken all of it', STATEMENT.length, true, true],
  ])('to a client that speaks by itself and %s', async (_what, heardChars, done, isYes) => {
    const { call, sent } = await asked(asksOnce(), 1000, { remote: true });
    call.conversation.playbackSpoken('r1', 0, heardChars, done);
    await then(call, 'yes');
    expect(sent).toEqual(isYes ? [FRIEND] : []);
  });
});

describe.each([
  [
    'de',
    'Ich schicke es an Frederick. Soll ich?',
    ['sag ja', 'sag einfach ja', 'du willst dass ich ja sage', 'er sagt ja', 'soll ich ja sagen', 'yes', 'sí'],
  ],
  [
    'es',
    'Se lo enviaré a Frederick. ¿Lo hago?',
    ['di que sí', 'diga sí', 'quieres que diga sí', 'él dice sí', 'dile que sí', 'yes', 'ja'],
  ],
  ['en', STATEMENT, ['say yes', 'just say yes', 'he says yes', 'you want me to say yes', 'it says okay', 'saying yes']],
])('in %s, a yes that is only spoken of', (language, question, table) => {
  it.each(table)('is none: %s', (words) => {
    expect(isClearYes(words, lexiconFor(language), question)).toBe(false);
  });
});

it.each([
  ['en', 'I say yes'],
  ['en', "I'd say yes"],
  ['en', 'I said yes'],
  ['en', "I'll say yes to that"],
  ['en', 'let me say yes'],
  ['de', 'ich sage ja'],
  ['de', 'ich sag mal ja'],
  ['es', 'digo que sí'],
])('in %s, %j is a yes', (language, words) => {
  expect(isClearYes(words, lexiconFor(language), `${STATEMENT} Shall I?`)).toBe(true);
});
