import type { LanguageModel } from '../llm/llm.port.js';
import type { Managed, ProviderRegistry } from '../provider/provider-registry.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';
import { advice } from './advice.js';
import { Fault } from './check.js';
import type { Check } from './check.js';

// Every provider gets ready and does, in its smallest form, what it is there for: that proves its installation, its
// address, its key and its model at once.

/** Some models refuse to write less. */
const TOKENS = 16;
const SAMPLE_RATE = 16_000;
/** Audio to hear: short, because it is paid for, and silent, because what is heard does not matter, ms. */
const SILENCE_MS = 200;

/** Resolves with what is worth saying, or nothing. Rejects with a ProviderError. */
type Use<T> = (provider: T, signal: AbortSignal) => Promise<string | undefined>;

const think: Use<LanguageModel> = async (model, signal) => {
  const messages = [{ role: 'user', text: 'Say yes.' }] as const;
  const answer = model.stream({ messages, tools: [], maxTokens: TOKENS }, signal)[Symbol.asyncIterator]();
  await answer.next();
  await answer.return?.();
  return undefined;
};

const hear: Use<SpeechToText> = async (recogniser, signal) => {
  if (recogniser.takesTranscripts === true) return 'the client listens';
  await new Promise<void>((resolve, reject) => {
    const options = { sampleRate: SAMPLE_RATE, language: 'en-US', keyTerms: [] };
    const stream = recogniser.open(options, (event) => {
      if (event.type === 'closed') resolve();
      if (event.type === 'failed') reject(event.error);
    });
    signal.addEventListener('abort', () => stream.abort(), { once: true });
    stream.push(new Uint8Array((SAMPLE_RATE * 2 * SILENCE_MS) / 1000));
    stream.close();
  });
  return undefined;
};

const speakAs =
  (voices: Readonly<Record<string, string>>): Use<TextToSpeech> =>
  async (voice, signal) => {
    if (voice.remote === true) return 'the client speaks';
    await new Promise<void>((resolve, reject) => {
      const options = { voice: voices[voice.name] ?? '', language: 'en-US', sampleRate: SAMPLE_RATE };
      const stream = voice.open(options, (event) => {
        if (event.type === 'audio' || event.type === 'ended') {
          stream.abort();
          resolve();
        }
        if (event.type === 'failed') reject(event.error);
      });
      signal.addEventListener('abort', () => stream.abort(), { once: true });
      stream.speak(0, 'Yes.');
      stream.end();
    });
    return undefined;
  };

/** One check for each provider of a kind. */
function checksOf<T extends Managed>(
  kind: string,
  registry: ProviderRegistry<T>,
  names: readonly string[],
  use: Use<T>,
): Check[] {
  return names.map((name) => ({
    name: `${kind} ${name}`,
    advise: (error) => advice(name, error),
    run: async (signal) => {
      const provider = made(registry, name);
      await provider.warmUp?.();
      if (provider.check === undefined) return use(provider, signal);
      await provider.check(signal);
      return undefined;
    },
  }));
}

/** Our own factories say which key is missing; nothing else throws there. */
function made<T extends Managed>(registry: ProviderRegistry<T>, name: string): T {
  try {
    return registry.one(name);
  } catch (error) {
    throw new Fault((error as Error).message);
  }
}

export interface Providers {
  readonly stt: ProviderRegistry<SpeechToText>;
  readonly llm: ProviderRegistry<LanguageModel>;
  readonly tts: ProviderRegistry<TextToSpeech>;
}

/** The names of the providers that are configured, each once. */
export type ProviderNames = Readonly<Record<keyof Providers, readonly string[]>>;

/** @param voices by provider: a name that it does not know must not be found out by a caller */
export function providerChecks(
  { stt, llm, tts }: Providers,
  names: ProviderNames,
  voices: Readonly<Record<string, string>>,
): Check[] {
  return [
    ...checksOf('stt', stt, names.stt, hear),
    ...checksOf('llm', llm, names.llm, think),
    ...checksOf('tts', tts, names.tts, speakAs(voices)),
  ];
}
