import { agentSchema } from '../agents/agent.schema.js';
import { CallChoices, type CallChoicesOptions } from './call-choices.js';
import type { CallChoice } from './call-choices.port.js';

const SLT = { id: 'slt', name: 'slt, a woman' };
/** flite has voices of its own and speaks English; what needs a key has one, but for polly. */
const having = (...names: string[]) => ({ isConfigured: (name: string) => names.includes(name) });
const speakers = {
  ...having('flite', 'openai', 'cartesia'),
  one: (name: string) =>
    name === 'flite' ? { voices: [SLT], speaks: ({ language }: { language: string }) => language === 'en' } : {},
};

const choicesOf = (options: Partial<CallChoicesOptions> = {}) =>
  new CallChoices(having('pocketsphinx', 'deepgram'), having('rules', 'openai'), speakers, {
    isOpen: true,
    speaker: 'flite',
    voice: undefined,
    ...options,
  });
const agentOf = (file: object) => agentSchema.parse({ name: 'Ada', instructions: 'Help.', language: 'en', ...file });

describe('what a call may choose', () => {
  it('is all that is configured, where choices are open', () => {
    expect(choicesOf().of(agentOf({ voice: { cartesia: 'katie' } }))).toEqual({
      stt: ['pocketsphinx', 'deepgram'],
      llm: ['rules', 'openai'],
      tts: [
        { provider: 'flite', voices: [SLT] },
        { provider: 'openai', voices: [] },
        { provider: 'cartesia', voices: [{ id: 'katie', name: 'katie' }] },
      ],
    });
  });

  it('leaves out what has no key, and says what that is', () => {
    const listed = { stt: ['deepgram'], llm: ['anthropic', 'openai'], tts: { polly: ['Joanna'], flite: ['slt'] } };
    expect(choicesOf().missing(agentOf({ choices: listed }))).toEqual(['llm anthropic', 'tts polly']);
    expect(choicesOf().missing(agentOf({ choices: false }))).toEqual([]);
    expect(choicesOf().missing(agentOf({}))).toEqual([]);
  });

  it('tells the providers of a file that have no key, wherever in a chain they are', () => {
    const providers = { stt: ['deepgram'], llm: ['openai', 'anthropic'], tts: ['polly', 'flite'] };
    expect(choicesOf().missingProviders(agentOf({ providers }))).toEqual(['llm anthropic', 'tts polly']);
    expect(choicesOf().missingProviders(agentOf({}))).toEqual([]);
  });

  it('is nothing where they are closed, or the agent’s file closes them', () => {
    const nothing = { stt: [], llm: [], tts: [] };
    expect(choicesOf({ isOpen: false }).of(agentOf({}))).toEqual(nothing);
    expect(choicesOf().of(agentOf({ choices: false }))).toEqual(nothing);
    expect(choicesOf().of(agentOf({ choices: {} }))).toEqual(nothing);
  });

  it.each([true, false])('is what the agent’s file lists, as far as it is configured; open: %j', (isOpen) => {
    const tts = { cartesia: { Katie: 'f786' }, flite: ['slt', 'rms'], polly: ['Joanna'] };
    expect(choicesOf({ isOpen }).of(agentOf({ choices: { llm: ['anthropic', 'openai'], tts } }))).toEqual({
      stt: [],
      llm: ['openai'],
      tts: [
        { provider: 'cartesia', voices: [{ id: 'f786', name: 'Katie' }] },
        {
          provider: 'flite',
          voices: [
            { id: 'slt', name: 'slt' },
            { id: 'rms', name: 'rms' },
          ],
        },
      ],
    });
  });

  it('leaves out who cannot speak the agent’s language', () => {
    const { tts } = choicesOf().of(agentOf({ language: 'de' }));
    expect(tts.map(({ provider }) => provider)).toEqual(['openai', 'cartesia']);
  });
});

describe('a choice', () => {
  const file = {
    voice: 'awb',
    providers: { stt: ['deepgram'] },
    choices: { llm: ['openai'], tts: { flite: ['slt'] } },
  };

  it.each<[string, object, CallChoice, object, string | undefined]>([
    ['leaves what is not named', file, { llm: 'openai' }, { stt: ['deepgram'], llm: ['openai'] }, 'awb'],
    ['takes a voice', file, { tts: 'flite', voice: 'slt' }, { stt: ['deepgram'], tts: ['flite'] }, 'slt'],
    ['keeps the voice of whom it names anyway', file, { tts: 'flite' }, { stt: ['deepgram'], tts: ['flite'] }, 'awb'],
    [
      'does not ask another for that voice',
      { ...file, choices: { tts: { cartesia: [] } } },
      { tts: 'cartesia' },
      { stt: ['deepgram'], tts: ['cartesia'] },
      '',
    ],
    [
      'takes the voice that is meant for whom it names',
      { voice: { flite: 'awb', cartesia: 'katie' } },
      { tts: 'cartesia' },
      { tts: ['cartesia'] },
      'katie',
    ],
  ])('%s', (_what, given, choice, providers, voice) => {
    expect(choicesOf().chosen(agentOf(given), choice)).toMatchObject({ providers, voice });
  });

  it('goes above VOICE_ID, which else is the first provider’s', () => {
    const choices = choicesOf({ voice: 'kal' });
    expect(choices.chosen(agentOf({}), { tts: 'flite' }).voice).toBe('kal');
    expect(choices.chosen(agentOf({}), { tts: 'flite', voice: 'slt' }).voice).toBe('slt');
    expect(choices.chosen(agentOf({}), { tts: 'cartesia' }).voice).toBe('');
  });

  it.each<[CallChoice, RegExp]>([
    [{ stt: 'deepgram' }, /^A call with this agent cannot ask for stt "deepgram": what recognises .* Leave it out\.$/],
    [{ llm: 'anthropic' }, /^.* llm "anthropic"\. To choose from for the language model: openai\.$/],
    [{ llm: 'toString' }, /llm "toString"\. To choose/],
    [{ tts: 'openai' }, /^.* tts "openai"\. To choose from for what speaks: flite\.$/],
    [{ tts: 'flite', voice: 'awb' }, /^.* voice "awb"\. To choose from for the voice of flite: slt\.$/],
    [{ voice: 'slt' }, /name it too, as choice\.tts/],
  ])('is refused, and told what there is: %j', (choice, message) => {
    expect(() => choicesOf().chosen(agentOf(file), choice)).toThrow(
      expect.objectContaining({ code: 'choice_not_allowed', message: expect.stringMatching(message) }),
    );
  });
});

describe('the agent’s file', () => {
  it.each([
    { choices: { llm: ['gpt'] } },
    { choices: { tts: { flite: 'slt' } } },
    { choices: { tts: { nobody: [] } } },
    { choices: true },
  ])('is refused where it offers what there is not: %j', (given) => {
    expect(agentSchema.safeParse({ name: 'Ada', instructions: 'Help.', ...given }).success).toBe(false);
  });
});
