import { agentSchema } from '../agents/agent.schema.js';
import type { TtsOptions } from '../tts/tts.port.js';
import { disclosureFor } from './call-disclosure.js';

const USUAL = { voice: 'julia', voices: undefined };
const EN = 'You are talking to an AI.';
const DE = 'Sie sprechen mit einer KI.';

/** What a call with this agent's file says to a caller of this language, with a voice that speaks these. */
function chosen(file: object, language?: string, { speaks = () => true }: { speaks?: () => boolean | undefined } = {}) {
  const agent = agentSchema.parse({ name: 'Ada', instructions: 'Help.', disclosure: true, ...file });
  const asked: object[] = [];
  const tts = {
    speaks(options: Pick<TtsOptions, 'voice' | 'voices' | 'language'>) {
      asked.push(options);
      return speaks();
    },
  };
  return { said: disclosureFor(agent, language === undefined ? {} : { language }, tts, USUAL), asked };
}

describe('what is disclosed', () => {
  it.each<[string, object, string | undefined, object]>([
    ['the agent’s language when nothing is known', {}, undefined, { text: EN, language: 'en-US' }],
    ['the caller’s', {}, 'de-AT', { text: DE, language: 'de-AT', callerLanguage: 'de-AT' }],
    [
      'the file’s words for it, before the usual ones',
      { disclosure: { text: { en: 'A program.', de: 'Ein Programm.' } } },
      'de-AT',
      { text: 'Ein Programm.', language: 'de-AT' },
    ],
    [
      'the file’s words for the region, before those for the language',
      { disclosure: { text: { en: 'A program.', 'de-at': 'Ein Programm, gell.', de: 'Ein Programm.' } } },
      'de-AT',
      { text: 'Ein Programm, gell.', language: 'de-AT' },
    ],
    [
      'the usual words where the file has none for it',
      { disclosure: { recorded: true, text: { en: 'A program.' } } },
      'de',
      { text: `${DE} Dieses Gespräch wird aufgezeichnet.`, language: 'de' },
    ],
    [
      'a language that only the file has words for',
      { disclosure: { text: { fi: 'Puhut tekoälyn kanssa.' } } },
      'fi-FI',
      { text: 'Puhut tekoälyn kanssa.', language: 'fi-FI' },
    ],
    ['the agent’s own region', {}, 'en-GB', { text: EN, language: 'en-US', callerLanguage: 'en-GB' }],
    [
      'another region that the file has words for',
      { disclosure: { text: { en: 'A program.', 'en-GB': 'A programme.' } } },
      'en-GB',
      { text: 'A programme.', language: 'en-GB' },
    ],
  ])('is in %s', (_what, file, language, expected) => {
    const { said } = chosen(file, language);
    expect(said).toMatchObject({ ...expected, voice: 'julia' });
    expect(said).not.toHaveProperty('fallback');
  });

  it.each<[string, object, string]>([
    ['there are no words', {}, 'fi'],
    ['nobody speaks it', {}, 'xx-invalid'],
    ['the file has one text for all', { disclosure: 'I am a program, made by Ada Ltd.' }, 'de'],
  ])('is in the agent’s language where %s', (_what, file, language) => {
    const { said, asked } = chosen(file, language);
    expect(said).toMatchObject({ language: 'en-US', callerLanguage: language, fallback: 'no_words', voice: 'julia' });
    expect(asked).toEqual([]);
  });

  it.each([false, undefined])('is in the agent’s language where the voice does not say that it can: %s', (speaks) => {
    const { said, asked } = chosen({}, 'de', { speaks: () => speaks });
    expect(said).toEqual({ ...USUAL, text: EN, language: 'en-US', callerLanguage: 'de', fallback: 'no_voice' });
    expect(asked).toEqual([{ ...USUAL, language: 'de' }]);
  });

  it('is spoken by the voice that the file names for the language', () => {
    const named = { disclosure: { voice: { de: { deepgram: 'aura-2-viktoria-de' }, es: 'carmen' } } };
    // Who has named it knows.
    const { said } = chosen(named, 'de-DE', { speaks: () => undefined });
    expect(said).toMatchObject({ text: DE, voice: '', voices: { deepgram: 'aura-2-viktoria-de' } });
    expect(chosen(named, 'es', { speaks: () => undefined }).said).toMatchObject({ language: 'es', voice: 'carmen' });
    expect(chosen(named, 'en-US').said).toMatchObject({ voice: 'julia' });
    // A chain may come to one that certainly does not speak it.
    expect(chosen(named, 'de-DE', { speaks: () => false }).said).toMatchObject({ text: EN, fallback: 'no_voice' });
  });

  it('does not ask a voice for the agent’s own language', () => {
    const { said } = chosen({ disclosure: { text: { en: 'A.', 'en-GB': 'B.' } } }, 'en-GB', { speaks: () => false });
    expect(said).toMatchObject({ text: 'B.', language: 'en-GB' });
  });

  it('is nothing where the file wants nothing', () => {
    expect(chosen({ disclosure: false }, 'de').said).toBeUndefined();
  });
});
