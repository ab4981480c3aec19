// What a call discloses: in the caller's language where there are words for it and a voice that speaks it, else in the agent's.
import type { Agent, AgentVoice } from '../agents/agent.schema.js';
import { type Disclosure, disclosureIn, inLanguage } from '../agents/disclosure.js';
import { primaryLanguage } from '../bounds/language-tag.port.js';
import type { SpokenDisclosure } from '../conversation/options.js';
import type { TextToSpeech, TtsOptions } from '../tts/tts.port.js';
import type { CallRequest } from './call.port.js';
import { callerLanguage } from './caller-language.js';

type Voices = Pick<TtsOptions, 'voice' | 'voices'>;

/** As voices are asked for: the one of a name is the first provider's. */
export const voicesOf = (voice: AgentVoice | undefined): Voices =>
  typeof voice === 'object' ? { voice: '', voices: voice } : { voice: voice ?? '', voices: undefined };

/** Undefined where nothing has to be disclosed. `usual` is what the agent speaks with. */
export function disclosureFor(
  { disclosure, language }: Pick<Agent, 'disclosure' | 'language'>,
  request: Pick<CallRequest, 'language' | 'route'>,
  tts: Pick<TextToSpeech, 'speaks'>,
  usual: Voices,
): SpokenDisclosure | undefined {
  if (disclosure === undefined) return undefined;
  const caller = callerLanguage(request);
  const own = { text: disclosureIn(language, disclosure) ?? '', language, ...usual };
  if (caller === undefined) return own;
  const known = { ...own, callerLanguage: caller };
  const text = wordsFor(caller, disclosure);
  const isOwn = primaryLanguage(caller) === primaryLanguage(language);
  if (isOwn && (text === undefined || text === own.text)) return known;
  if (text === undefined) return { ...known, fallback: 'no_words' };
  const named = inLanguage(caller, disclosure.voice);
  const voices = named === undefined ? usual : voicesOf(named);
  // An operator who has named a voice for the language knows what it speaks.
  const speaks = isOwn || (tts.speaks?.({ ...voices, language: caller }) ?? named !== undefined);
  return speaks ? { text, language: caller, ...voices, callerLanguage: caller } : { ...known, fallback: 'no_voice' };
}

/** The one text of an operator's is in the agent's language: others, which say less, do not take its place. */
const wordsFor = (language: string, disclosure: Disclosure): string | undefined =>
  typeof disclosure.text === 'string' ? undefined : disclosureIn(language, disclosure);
