// Who hears, thinks and speaks in a call is the operator's to say. A caller may have another one where the agent's file lists
// it (`choices`); in development, where nobody else pays, it may have everyone that is configured.
import type { Agent } from '../agents/agent.schema.js';
import { missingChoices, missingProviders } from '../agents/missing-choices.js';
import type { TextToSpeech } from '../tts/tts.port.js';
import { LLM_PROVIDERS, STT_PROVIDERS, TTS_PROVIDERS } from '../config/env.schema.js';
import type { CallChoice, Choices, OfferedVoice } from './call-choices.port.js';
import { CallRefused } from './call.port.js';

/** The providers of a kind, as far as they are configured. */
interface Configured {
  isConfigured(name: string): boolean;
}

export interface CallChoicesOptions {
  /** Whether calls may choose freely where the agent's file says nothing. */
  readonly isOpen: boolean;
  /** Who speaks first where the agent's file names nobody. */
  readonly speaker: string;
  /** See ConversationFactoryOptions. */
  readonly voice: string | undefined;
}

/** In the error, for whoever reads it. */
const KINDS = { stt: 'what recognises the speech', llm: 'the language model', tts: 'what speaks' } as const;

export class CallChoices {
  constructor(
    private readonly stt: Configured,
    private readonly llm: Configured,
    private readonly tts: Configured & { one(name: string): Pick<TextToSpeech, 'voices' | 'speaks'> },
    private readonly options: CallChoicesOptions,
  ) {}

  of(agent: Agent): Choices {
    const { choices } = agent;
    if (choices !== undefined) {
      return {
        stt: choices.stt.filter((name) => this.stt.isConfigured(name)),
        llm: choices.llm.filter((name) => this.llm.isConfigured(name)),
        tts: Object.entries(choices.tts)
          .filter(([name]) => this.tts.isConfigured(name))
          .map(([provider, voices]) => ({ provider, voices })),
      };
    }
    if (!this.options.isOpen) return { stt: [], llm: [], tts: [] };
    return {
      stt: STT_PROVIDERS.filter((name) => this.stt.isConfigured(name)),
      llm: LLM_PROVIDERS.filter((name) => this.llm.isConfigured(name)),
      tts: TTS_PROVIDERS.filter((name) => this.tts.isConfigured(name) && this.mayBeUnderstood(name, agent)).map(
        (provider) => ({ provider, voices: this.voicesOf(provider, agent) }),
      ),
    };
  }

  /** Providers that the agent's file lists and nobody is offered, because their keys are not set: `llm anthropic`. */
  missing(agent: Agent): readonly string[] {
    return missingChoices(agent, { stt: this.stt, llm: this.llm, tts: this.tts });
  }

  /** Providers that the agent's file names without a key, so that none of its calls is served: `llm anthropic`. */
  missingProviders(agent: Agent): readonly string[] {
    return missingProviders(agent, { stt: this.stt, llm: this.llm, tts: this.tts });
  }

  /** The agent as the call has chosen it. Throws CallRefused (`choice_not_allowed`), naming what there is. */
  chosen(agent: Agent, choice: CallChoice): Agent {
    const offered = this.of(agent);
    const names = { stt: offered.stt, llm: offered.llm, tts: offered.tts.map(({ provider }) => provider) };
    const { voice, tts } = choice;
    const providers: { -readonly [Kind in keyof Agent['providers']]: readonly string[] | undefined } = {
      ...agent.providers,
    };
    for (const kind of ['stt', 'llm', 'tts'] as const) {
      const name = choice[kind];
      if (name === undefined) continue;
      if (!names[kind].includes(name)) throw refused(`${kind} "${name}"`, KINDS[kind], names[kind]);
      providers[kind] = [name];
    }
    if (voice !== undefined && tts === undefined) {
      throw new CallRefused('choice_not_allowed', 'A voice belongs to a provider: name it too, as choice.tts.');
    }
    const voices = offered.tts.find(({ provider }) => provider === tts)?.voices ?? [];
    if (voice !== undefined && !voices.some(({ id }) => id === voice)) {
      throw refused(
        `voice "${voice}"`,
        `the voice of ${tts}`,
        voices.map(({ id }) => id),
      );
    }
    // What is offered are names that an agent's file could hold.
    const own = providers as Agent['providers'];
    return { ...agent, providers: own, ...(tts === undefined ? {} : { voice: voice ?? this.ownVoice(tts, agent) }) };
  }

  /** The voice that the operator has given a provider; empty where that is its default. */
  private ownVoice(provider: string, { voice, providers }: Agent): string {
    const isFirst = provider === (providers.tts?.[0] ?? this.options.speaker);
    if (isFirst && this.options.voice !== undefined) return this.options.voice;
    if (typeof voice === 'object') return voice[provider as keyof typeof voice] ?? '';
    return isFirst ? (voice ?? '') : '';
  }

  private voicesOf(provider: string, agent: Agent): readonly OfferedVoice[] {
    const known = this.tts.one(provider).voices ?? [];
    const own = this.ownVoice(provider, agent);
    return own === '' || known.some(({ id }) => id === own) ? known : [{ id: own, name: own }, ...known];
  }

  private mayBeUnderstood(provider: string, agent: Agent): boolean {
    const voice = this.ownVoice(provider, agent);
    return this.tts.one(provider).speaks?.({ voice, language: agent.language }) !== false;
  }
}

const refused = (asked: string, what: string, offered: readonly string[]): CallRefused =>
  new CallRefused(
    'choice_not_allowed',
    offered.length === 0
      ? `A call with this agent cannot ask for ${asked}: ${what} is not to be chosen. Leave it out.`
      : `A call with this agent cannot ask for ${asked}. To choose from for ${what}: ${offered.join(', ')}.`,
  );
