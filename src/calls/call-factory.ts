import type { Agent } from '../agents/agent.schema.js';
import { agentVersion } from '../agents/agent-version.js';
import { fill } from '../agents/template.js';
import { isTimeZone } from '../agents/locale.js';
import type { NoiseSuppression } from '../config/env.schema.js';
import { Conversation, type ConversationDeps } from '../conversation/conversation.js';
import type { ConversationInput } from '../conversation/conversation.port.js';
import type { Enrichment } from '../conversation/enrichment.port.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import type { ConversationOptions, TurnDetectionMode } from '../conversation/options.js';
import type { EchoDetector } from '../echo/echo.port.js';
import type { LanguageModel } from '../llm/llm.port.js';
import { DefaultVoice } from '../rollout/default-voice.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { Caller } from '../identity/caller.port.js';
import type { AgentTools, ToolRunner } from '../tools/tool.port.js';
import type { UsageListener } from '../provider/usage.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import { CallRedaction } from '../redaction/call-redaction.js';
import { answeredConversation } from './answered-conversation.js';
import type { Apologies, Apology } from './apologies.js';
import type { CallChoices } from './call-choices.js';
import { disclosureFor, voicesOf } from './call-disclosure.js';
import type { CallInfo } from './call-observer.port.js';
import { CallRefused, type CallRequest } from './call.port.js';
import { LivePrivacy } from './live-privacy.js';
import type { PrivacyLevel } from './privacy.port.js';
import type { TransferLines } from './transfer-lines.port.js';
import type { FaultBoundary } from './fault-boundary.js';
import { countedModel, guardedClock, guardedStt, guardedVad, guardedVoice } from './guarded-providers.js';

/** What the tools of a call may leave in the server's own store. */
const KEEPS = { standard: 'everything', minimal: 'effects', zero: 'nothing' } as const satisfies Record<
  PrivacyLevel,
  AgentTools['keeps']
>;

/** Who says that a turn is over. */
const ENDPOINTING = {
  provider: {},
  vad: { endpointing: 'vad' },
  manual: { endpointing: 'client' },
} as const satisfies Record<TurnDetectionMode, Pick<CallInfo, 'endpointing'>>;

const keepsOf = ({ privacy, redact }: Agent): NonNullable<AgentTools['keeps']> =>
  privacy === 'standard' && redact.kinds.length > 0 ? 'effects' : KEEPS[privacy];

type Voices = Pick<ConversationOptions, 'voice' | 'voices'>;

const apologyOf = (agent: Agent, tts: TextToSpeech, voices: Voices): Apology => ({
  text: agent.phrases.apology,
  tts,
  voice: { language: agent.language, ...voices },
});

/** Of a chain, what its first provider speaks with. */
function spokenWith(tts: TextToSpeech, { voice, voices }: Voices): Pick<CallInfo, 'voice'> {
  const first = tts.name.split('>')[0] ?? tts.name;
  const named = voice === '' || tts instanceof DefaultVoice ? (voices?.[first] ?? '') : voice;
  return named === '' ? {} : { voice: named };
}

/** A model in this process is told all: it tells nobody. */
const modelsOf = (model: LanguageModel, redaction?: CallRedaction): Pick<ConversationDeps, 'model' | 'noting'> =>
  redaction === undefined || model.name === 'rules'
    ? { model }
    : { model: redaction.speaking(model), noting: redaction.noting(model) };

/** Undefined when the agent hides nothing. */
function redactionOf({ redact, language }: Agent): CallRedaction | undefined {
  return redact.kinds.length === 0 ? undefined : new CallRedaction(redact, lexiconFor(language));
}

/** The providers of a call by the agent's chain of names; undefined leaves them to the server, who may go by the user. */
export interface ProviderSource {
  stt(chain: readonly string[] | undefined, userId: string): SpeechToText;
  llm(chain: readonly string[] | undefined, userId: string): LanguageModel;
  tts(chain: readonly string[] | undefined, userId: string): TextToSpeech;
  readonly vad?: VoiceActivityDetector;
  /** The same recogniser, given audio without its noise. */
  readonly denoised?: (stt: SpeechToText) => SpeechToText;
  readonly echo?: EchoDetector;
}

export interface AgentSource {
  /** For a call of this user, which keeps the version that it began with; else that which most callers have. */
  get(name: string, call?: { readonly userId: string; readonly version?: string | undefined }): Agent | undefined;
  names(): string[];
}

export interface ConversationFactoryOptions {
  readonly defaultAgent: string;
  /** What calls may ask for in place of their agent's providers and voice; nothing without it. */
  readonly choices?: Pick<CallChoices, 'chosen'>;
  /** Voice for every agent, whatever its file says; where a chain speaks, of its first provider. */
  readonly voice: string | undefined;
  /** What is said when no voice can be had; nothing without it. */
  readonly apologies?: Apologies;
  /** Who puts callers through; nobody without it. */
  readonly transfers?: TransferLines;
  /** What the models of all calls may know beside the talk; nothing without it. */
  readonly enrichment?: Enrichment;
  /** Of telephone calls, unless the agent's file says otherwise; `off` when absent. */
  readonly noiseSuppression?: NoiseSuppression;
  /** The names that a caller may use; nothing without it. */
  readonly vocabularies?: { of(caller: Caller): ConversationOptions['vocabulary'] };
}

/** What the owner of a conversation adds to it. */
export interface CallWiring extends Pick<ConversationDeps, 'output' | 'meter' | 'checkpoint' | 'trace'> {
  readonly boundary: FaultBoundary;
  readonly onUsage: UsageListener;
}

/** A conversation as its call has it. */
export interface OwnedConversation extends ConversationInput {
  start(): void;
  /** See Conversation.snapshot. */
  snapshot(): { readonly heardMs: number };
}

/** A call that could begin. */
export interface CallPlan {
  readonly info: CallInfo;
  readonly turnDetection: 'provider' | 'vad' | 'manual';
  readonly takesTranscripts: boolean;
  readonly maxSessionMs: number | undefined;
  readonly maxCost?: number | undefined;
  /** A conversation that has not started. */
  begin(wiring: CallWiring): OwnedConversation;
  /** The same for one that another process has written down. Throws for what it cannot read. */
  restore(snapshot: unknown, wiring: CallWiring): OwnedConversation;
}

/** Makes the calls of this server: an agent's file, its providers and the caller's rights become a Conversation. */
export class ConversationFactory {
  constructor(
    private readonly agents: AgentSource,
    private readonly providers: ProviderSource,
    private readonly tools: ToolRunner,
    private readonly clock: ConversationDeps['clock'],
    private readonly options: ConversationFactoryOptions,
  ) {}

  /** The agent that a call is for, whether there is one of that name or not. */
  agentNameOf({ agent = this.options.defaultAgent }: Pick<CallRequest, 'agent'>): string {
    return agent;
  }

  /** What may be kept of a user's calls with it; `standard` where there is no such agent. */
  privacyOf(agent: string, userId: string): PrivacyLevel {
    return this.agents.get(agent, { userId })?.privacy ?? 'standard';
  }

  /** What a call needs, from its agent's file as it is now. Throws CallRefused. */
  plan(request: CallRequest): CallPlan {
    const name = this.agentNameOf(request);
    const file = this.agentFor(name, request);
    const agent = this.chosen(file, request.choice);
    const { userId } = request.caller;
    const stt = this.providers.stt(agent.providers.stt, userId);
    const { denoised = (heard: SpeechToText) => heard } = this.providers;
    const hears = isDenoised(request, agent, this.options.noiseSuppression) ? denoised(stt) : stt;
    const model = this.providers.llm(agent.providers.llm, userId);
    const voice = this.providers.tts(agent.providers.tts, userId);
    const { vad, echo } = this.providers;
    const { apologies, enrichment } = this.options;
    const named = request.choice?.tts === undefined ? this.voiceOf(agent) : voicesOf(agent.voice);
    const apology = apologyOf(agent, voice, named);
    const redaction = redactionOf(agent);
    const privacy = new LivePrivacy(agent.privacy, {
      consentNeeded: agent.consent.needed,
      recording: agent.recording,
      ...(redaction === undefined ? {} : { redactor: redaction.vault }),
    });
    const transfer = this.transferOf(request, name, agent, privacy);
    const vocabulary = this.options.vocabularies?.of(request.caller);
    const disclosure = disclosureFor(agent, request, voice, named);
    const options = {
      ...this.optionsFor(request, agent, stt.endpointing),
      ...named,
      ...(disclosure === undefined ? {} : { disclosure }),
      ...(vocabulary === undefined ? {} : { vocabulary }),
    };
    const deps = ({ boundary, onUsage, ...wiring }: CallWiring): ConversationDeps => ({
      ...wiring,
      stt: guardedStt(hears, boundary, onUsage),
      ...modelsOf(countedModel(model, onUsage), redaction),
      voice: guardedVoice(voice, boundary, onUsage),
      ...(vad === undefined ? {} : { vad: guardedVad(vad, boundary) }),
      ...(echo === undefined ? {} : { echo }),
      ...(enrichment === undefined ? {} : { enrichment }),
      ...(transfer === undefined ? {} : { transfer }),
      tools: this.tools.forAgent?.({ ...agent, keeps: keepsOf(agent) }) ?? this.tools,
      caller: request.caller,
      consented: (state) => privacy.consented(state),
      clock: guardedClock(this.clock, boundary),
      apology: () => apologies?.audio(apology, request.outputSampleRate),
    });
    return {
      info: {
        sessionId: request.sessionId,
        userId,
        agent: name,
        agentVersion: agentVersion(file),
        privacy,
        ...(agent.recording === 'off' ? {} : { recording: { language: agent.language } }),
        ...(request.route === undefined ? {} : { route: request.route }),
        providers: { stt: stt.name, llm: model.name, tts: voice.name },
        ...ENDPOINTING[options.turn.mode],
        ...spokenWith(voice, named),
      },
      turnDetection: options.turn.mode,
      takesTranscripts: stt.takesTranscripts === true,
      maxSessionMs: agent.limits.maxSessionMs,
      maxCost: agent.limits.maxCost,
      begin: (wiring) => {
        apologies?.prepare(apology);
        const made = deps(wiring);
        return agent.answering !== undefined && wasPlaced(request)
          ? answeredConversation(made, options, agent.answering)
          : new Conversation(made, options);
      },
      restore: (snapshot, wiring) => {
        apologies?.prepare(apology);
        return Conversation.restore(snapshot, deps(wiring), options);
      },
    };
  }

  /** Has the apologies of all agents spoken while their voices can be had; those of other voices with their first call. */
  onApplicationBootstrap(): void {
    for (const name of this.agents.names()) {
      const agent = this.agents.get(name);
      if (agent === undefined) continue;
      const tts = this.providers.tts(agent.providers.tts, '');
      this.options.apologies?.prepare(apologyOf(agent, tts, this.voiceOf(agent)));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.options.apologies?.settled();
  }

  /** Words of a call that may not be kept are not told to a person either; what is hidden from models is hidden from him. */
  private transferOf(
    { sessionId, leg }: CallRequest,
    name: string,
    { transfer: plan }: Agent,
    privacy: LivePrivacy,
  ): ConversationDeps['transfer'] {
    if (leg === undefined || Object.keys(plan.destinations).length === 0) return undefined;
    const mayTell = (): boolean => privacy.level === 'standard';
    const redact = (text: string): string => privacy.redactor?.redact(text) ?? text;
    return this.options.transfers?.lineOf({ sessionId, agent: name, leg, plan, mayTell, redact });
  }

  /** Throws CallRefused. */
  private chosen(agent: Agent, choice: CallRequest['choice'] = {}): Agent {
    if (Object.keys(choice).length === 0) return agent;
    if (this.options.choices !== undefined) return this.options.choices.chosen(agent, choice);
    throw new CallRefused('choice_not_allowed', 'Calls of this server choose no providers: leave `choice` out.');
  }

  private voiceOf(agent: Agent): Voices {
    const { voice, voices } = voicesOf(agent.voice);
    return { voice: this.options.voice ?? voice, voices };
  }

  private agentFor(name: string, { caller, agentVersion: version }: CallRequest): Agent {
    const allowed = caller.claims['agents'];
    if (Array.isArray(allowed) && !allowed.includes(name)) {
      throw new CallRefused('agent_not_allowed', `The token does not allow the agent "${name}".`);
    }
    const agent = this.agents.get(name, { userId: caller.userId, version });
    if (agent === undefined) {
      throw new CallRefused(
        'unknown_agent',
        `There is no agent "${name}". Name one of: ${this.agents.names().join(', ')}.`,
      );
    }
    return agent;
  }

  /** `endpointing`: the recogniser says when a turn has ended; otherwise silence has to. */
  private optionsFor(
    request: CallRequest,
    agent: Agent,
    endpointing: boolean,
  ): Omit<ConversationOptions, keyof Voices> {
    const wanted = request.turnDetection ?? agent.turn.mode;
    const mode = wanted === 'provider' && !endpointing ? 'vad' : wanted;
    const timeZone = timeZoneOf(request, agent);
    const values = templateValues(request, agent, timeZone);
    const { language: hearingLanguage } = agent.recognition;
    return {
      sessionId: request.sessionId,
      instructions: fill(agent.instructions, values),
      phrases: { ...agent.phrases, greeting: fill(agent.greeting, values) },
      language: agent.language,
      ...(hearingLanguage === undefined ? {} : { hearingLanguage }),
      ...(timeZone === undefined ? {} : { timeZone }),
      lexicon: lexiconFor(agent.language, agent),
      ...(agent.consent.question === undefined ? {} : { consentQuestion: agent.consent.question }),
      ...(request.consent === undefined ? {} : { consent: request.consent }),
      keyTerms: agent.keyTerms,
      tools: [...agent.tools, ...agent.clientTools.map(({ name }) => name)],
      inputSampleRate: request.inputSampleRate,
      outputSampleRate: request.outputSampleRate,
      echoCancelled: request.echoCancelled ?? false,
      context: agent.context,
      turn: { ...agent.turn, mode },
      reply: { ...agent.reply, maxAheadMs: Math.min(agent.reply.maxAheadMs, request.maxAheadMs ?? Infinity) },
    };
  }
}

const isDenoised = ({ route }: CallRequest, agent: Agent, usual: NoiseSuppression = 'off'): boolean =>
  route?.channel === 'phone' && (agent.recognition.noiseSuppression ?? usual) === 'rnnoise';

const wasPlaced = ({ route }: CallRequest): boolean => route?.direction === 'outbound' && route.channel === 'phone';

/** The agent's, else the token's (`zoneinfo`, OpenID Connect), else the client's variable: the first that is one. */
function timeZoneOf({ caller, variables }: CallRequest, { timezone }: Agent): string | undefined {
  return [timezone, caller.claims['zoneinfo'], variables?.['timezone']].find(isTimeZone);
}

/** What `{{names}}` stand for: `date`, `agent`, `claims.*` (text and numbers only), and the session's variables. */
function templateValues(request: CallRequest, agent: Agent, timeZone?: string): ReadonlyMap<string, string> {
  // `claims.` belongs to the token, whichever wire a variable came by.
  const variables = Object.entries(request.variables ?? {}).filter(([name]) => !name.startsWith('claims.'));
  const values = new Map(variables);
  for (const [name, value] of Object.entries(request.caller.claims)) {
    if (typeof value === 'string' || typeof value === 'number') values.set(`claims.${name}`, String(value));
  }
  values.set('agent', agent.name);
  values.set('date', new Date().toLocaleDateString(agent.language, { dateStyle: 'full', timeZone }));
  return values;
}
