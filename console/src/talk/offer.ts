// Whom one may talk to here, and what a call may ask for in place of the agent's own providers and voice.
import { computed, signal } from '@preact/signals';
import type { VoiceCallOptions } from '../../../client/browser/voice-call.js';
import { askJson } from '../session/api.js';
import { settings } from './settings.js';

type Kind = 'stt' | 'llm' | 'tts';

export interface Speaker {
  readonly provider: string;
  readonly voices: readonly { readonly id: string; readonly name: string }[];
}

export interface OfferedAgent {
  readonly name: string;
  readonly language: string;
  readonly isDefault: boolean;
  readonly providers: Readonly<Record<Kind, readonly string[]>>;
  readonly choices: {
    readonly stt: readonly string[];
    readonly llm: readonly string[];
    readonly tts: readonly Speaker[];
  };
}

interface Offer {
  readonly agents: readonly OfferedAgent[];
  readonly example: string;
}

export const offer = signal<Offer>();

/** Rejects with what the server says. */
export async function loadOffer(): Promise<void> {
  offer.value = await askJson<Offer>('v1/agents');
}

/** The one that the next call is with; undefined until the server has told. */
export const agent = computed(() => {
  const agents = offer.value?.agents ?? [];
  return agents.find(({ name }) => name === settings.value.agent) ?? agents.find(({ isDefault }) => isDefault);
});

/** What this browser can do by itself, too. */
const canDo = (provider: string): boolean =>
  provider === 'webspeech'
    ? 'SpeechRecognition' in globalThis || 'webkitSpeechRecognition' in globalThis
    : provider !== 'browser' || 'speechSynthesis' in globalThis;

export const choices = computed(() => {
  const { stt = [], llm = [], tts = [] } = agent.value?.choices ?? {};
  return { stt: stt.filter(canDo), llm, tts: tts.filter(({ provider }) => canDo(provider)) };
});

/** What was chosen once, as far as the agent still offers it. */
export const choice = computed(() => {
  const { stt, llm, tts, voice } = settings.value;
  const speaker = choices.value.tts.find(({ provider }) => provider === tts);
  return {
    ...(choices.value.stt.includes(stt) ? { stt } : {}),
    ...(choices.value.llm.includes(llm) ? { llm } : {}),
    ...(speaker === undefined ? {} : { tts }),
    ...(speaker?.voices.some(({ id }) => id === voice) === true ? { voice } : {}),
  };
});

/** How the next call is asked for. */
export function callOf(): Pick<VoiceCallOptions, 'agent' | 'choice' | 'voice'> {
  const asked = choice.value;
  const speaks = asked.tts === undefined ? (agent.value?.providers.tts ?? []) : [asked.tts];
  const { agent: name } = settings.value;
  return {
    ...(name === '' ? {} : { agent: name }),
    ...(Object.keys(asked).length === 0 ? {} : { choice: asked }),
    ...(speaks.includes('browser') ? { voice: 'browser' } : {}),
  };
}
