// Which languages each voice says that it speaks.
import { ProviderHealth } from '../provider/health.js';
import { BrowserTts } from './browser/browser-tts.js';
import { CartesiaTextToSpeech } from './cartesia/cartesia-tts.js';
import { DeepgramTextToSpeech } from './deepgram/deepgram-tts.js';
import { ElevenLabsTextToSpeech } from './elevenlabs/elevenlabs-tts.js';
import { FallbackTts } from './fallback/fallback-tts.js';
import { FliteTts } from './flite/flite-tts.js';
import { OpenAiTextToSpeech } from './openai/openai-tts.js';
import { PollyTextToSpeech } from './polly/polly-tts.js';
import type { TextToSpeech } from './tts.port.js';

const apiKey = 'k';
const flite = new FliteTts();
const browser = new BrowserTts();
const aura = new DeepgramTextToSpeech({ apiKey, model: 'aura-2-thalia-en' });
const polly = new PollyTextToSpeech({ region: 'eu-central-1', engine: 'neural' });
const openai = new OpenAiTextToSpeech({ apiKey, model: 'gpt-4o-mini-tts' });
const ownServer = new OpenAiTextToSpeech({ apiKey, model: 'kokoro', baseUrl: 'http://127.0.0.1:8880/v1' });
const sonic = new CartesiaTextToSpeech({ apiKey, model: 'sonic-3' });
const flash = new ElevenLabsTextToSpeech({ apiKey, model: 'eleven_flash_v2_5' });
const english = new ElevenLabsTextToSpeech({ apiKey, model: 'eleven_flash_v2' });
const chain = (...voices: readonly TextToSpeech[]): TextToSpeech =>
  new FallbackTts(voices, { health: new ProviderHealth() });

describe('a voice', () => {
  afterAll(() => flite.close());

  it.each<[string, TextToSpeech, string, string, boolean | undefined]>([
    ['flite', flite, 'slt', 'en-GB', true],
    ['flite', flite, 'slt', 'de-DE', false],
    ['the browser, which chooses one', browser, '', 'de-DE', true],
    ['the browser, with one that is named', browser, 'Anna', 'de-DE', undefined],
    ['Aura, by its name', aura, 'aura-2-viktoria-de', 'de-AT', true],
    ['Aura, by its name', aura, 'aura-2-viktoria-de', 'es', false],
    ['Aura, by the name of its usual voice', aura, '', 'en-US', true],
    ['Aura, by the name of its usual voice', aura, '', 'de', false],
    ['Aura, of one’s own', aura, 'house-voice', 'de', undefined],
    ['Polly’s usual one', polly, '', 'en-US', true],
    ['Polly’s usual one', polly, '', 'de', false],
    ['one of Polly’s', polly, 'Vicki', 'de', undefined],
    ['OpenAI', openai, 'alloy', 'de-CH', true],
    ['OpenAI', openai, 'alloy', 'eu', false],
    ['a server like OpenAI’s', ownServer, '', 'de', false],
    ['a server like OpenAI’s', ownServer, 'martin', 'de', undefined],
    ['Sonic', sonic, '', 'es-MX', true],
    ['Sonic', sonic, '', 'eu', false],
    ['Sonic', sonic, 'an-id', 'eu', undefined],
    ['a multilingual model of ElevenLabs’', flash, '', 'de', true],
    ['an English model of ElevenLabs’', english, 'an-id', 'de', false],
    ['an English model of ElevenLabs’', english, '', 'en', true],
    ['a chain, when all can', chain(sonic, openai), 'an-id', 'de', true],
    ['a chain, when one cannot', chain(sonic, flite), '', 'de', false],
    ['a chain, when one is not known to', chain(polly, sonic), 'Vicki', 'de', undefined],
  ])('says what it speaks: %s', (_what, tts, voice, language, speaks) => {
    expect(tts.speaks?.({ voice, language })).toBe(speaks);
  });

  it('of a chain is asked with its own name', () => {
    const voices = { cartesia: 'an-id', deepgram: 'aura-2-viktoria-de' };
    expect(chain(sonic, aura).speaks?.({ voice: '', voices, language: 'de' })).toBe(true);
    expect(chain(sonic, aura).speaks?.({ voice: 'aura-2-viktoria-de', language: 'de' })).toBe(false);
  });
});
