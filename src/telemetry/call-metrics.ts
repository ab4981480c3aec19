import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { CallInfo, CallObserver, CallTransition } from '../calls/call-observer.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { LlmUsage } from '../llm/llm.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Cost } from '../usage/prices.port.js';

/** s. A turn feels quick below 0.8 and broken above 3. */
const LATENCY_BUCKETS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 3, 5, 10];

const COUNTED = new Set<CallTransition['type']>(['attached', 'detached', 'left']);

type EventOf<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

/** Latency of turns, tools and interruptions of all calls. */
export class CallMetrics implements CallObserver {
  private readonly calls;
  private readonly turns;
  private readonly stages;
  private readonly interruptions;
  private readonly tools;
  private readonly tokens;
  private readonly speculative;
  private readonly usage;
  private readonly cost;
  private readonly transitions;
  private readonly faults;
  private readonly leftOut;
  private readonly silence;
  private readonly misjudged;

  constructor(registry: Registry) {
    const registers = [registry];
    this.calls = new Counter({
      name: 'parley_calls_total',
      help: 'Calls, by agent and first providers',
      labelNames: ['agent', 'stt', 'llm', 'tts'],
      registers,
    });
    this.turns = new Counter({
      name: 'parley_turns_total',
      help: 'Turns that callers ended, by agent and by who says that a turn is over (the recogniser, vad, client)',
      labelNames: ['agent', 'endpointing'],
      registers,
    });
    this.stages = new Histogram({
      name: 'parley_turn_stage_seconds',
      help: 'Latency of answered turns, by stage and providers',
      labelNames: ['stage', 'stt', 'llm', 'tts'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.interruptions = new Counter({
      name: 'parley_interruptions_total',
      help: 'Replies that callers talked over, by agent',
      labelNames: ['agent'],
      registers,
    });
    this.tools = new Histogram({
      name: 'parley_tool_duration_seconds',
      help: 'Tool calls, by tool and outcome',
      labelNames: ['tool', 'outcome'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.tokens = new Counter({
      name: 'parley_model_tokens_total',
      help: 'Tokens of answers, as the model counts them, by direction',
      labelNames: ['llm', 'direction'],
      registers,
    });
    this.speculative = new Counter({
      name: 'parley_speculative_tokens_total',
      help: 'Tokens of drafts that were thrown away because the caller went on, by direction',
      labelNames: ['llm', 'direction'],
      registers,
    });
    this.usage = new Counter({
      name: 'parley_provider_usage_total',
      help: 'What providers were used for, in the units that they bill by',
      labelNames: ['kind', 'provider', 'model', 'unit'],
      registers,
    });
    this.cost = new Counter({
      name: 'parley_provider_cost_total',
      help: 'What that cost by the list of prices; what has no price is not in it',
      labelNames: ['kind', 'provider', 'model', 'currency'],
      registers,
    });
    this.transitions = new Counter({
      name: 'parley_call_transitions_total',
      help: 'Calls that lost their client (detached), got one back (attached), came from another process (resumed), left for one (left), were found without either (abandoned)',
      labelNames: ['what'],
      registers,
    });
    this.faults = new Counter({
      name: 'parley_call_faults_total',
      help: 'Faults of the server that ended a call, by where they entered it',
      labelNames: ['where'],
      registers,
    });
    this.leftOut = new Counter({
      name: 'parley_echo_transcripts_total',
      help: 'Settled transcripts of which something was taken for the agent’s own voice, by what told it (sound, words)',
      labelNames: ['by'],
      registers,
    });
    const misjudged = (name: string, help: string): Counter<'agent' | 'endpointing'> =>
      new Counter({ name, help, labelNames: ['agent', 'endpointing'], registers });
    this.misjudged = {
      false_cut_off: misjudged(
        'parley_false_cut_offs_total',
        'Turns that were ended although the caller went on, by agent and by who ended them',
      ),
      double_answer: misjudged(
        'parley_double_answers_total',
        'Answers that could be heard beside another one to the same utterance, by agent and by who ended the turn',
      ),
    };
    this.silence = new Histogram({
      name: 'parley_voice_leading_silence_seconds',
      help: 'Silence with which a voice began, whose last 60 ms at most are sent, by voice',
      labelNames: ['tts'],
      buckets: [0.02, 0.06, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1, 2],
      registers,
    });
  }

  resumed(): void {
    this.transitions.inc({ what: 'resumed' });
  }

  abandoned(): void {
    this.transitions.inc({ what: 'abandoned' });
  }

  transition(call: CallInfo, transition: CallTransition): void {
    if (transition.type === 'silence.cut') {
      this.silence.observe({ tts: call.providers.tts }, transition.silenceMs / 1000);
    } else if (transition.type === 'turn.misjudged') this.misjudged[transition.fault].inc(enderOf(call));
    else if (transition.type === 'faulted') this.faults.inc({ where: transition.where });
    else if (transition.type === 'words.left_out') this.leftOut.inc({ by: transition.by });
    else if (COUNTED.has(transition.type)) this.transitions.inc({ what: transition.type });
  }

  started({ agent, providers }: CallInfo): void {
    this.calls.inc({ agent, ...providers });
  }

  event(call: CallInfo, event: ConversationEvent): void {
    if (event.type === 'turn.metrics') this.observeTurn(call, event);
    else if (event.type === 'tool.finished') this.observeTool(event);
    else if (event.type === 'turn.ended') this.turns.inc(enderOf(call));
    else if (event.type === 'response.interrupted') this.interruptions.inc({ agent: call.agent });
  }

  modelUsed({ providers: { llm } }: CallInfo, usage: LlmUsage, discarded: boolean): void {
    const counter = discarded ? this.speculative : this.tokens;
    counter.inc({ llm, direction: 'input' }, usage.inputTokens);
    counter.inc({ llm, direction: 'output' }, usage.outputTokens);
  }

  used(_call: CallInfo, { kind, provider, model, amounts }: ProviderUsage, cost: Cost | undefined): void {
    const who = { kind, provider, model };
    for (const [unit, amount] of Object.entries(amounts)) this.usage.inc({ ...who, unit }, amount);
    if (cost !== undefined) this.cost.inc({ ...who, currency: cost.currency }, cost.amount);
  }

  private observeTurn({ providers }: CallInfo, metrics: EventOf<'turn.metrics'>): void {
    const stages = {
      endpointing: metrics.endpointingMs,
      transcript: metrics.transcriptMs,
      first_token: metrics.firstTokenMs,
      first_audio: metrics.firstAudioMs,
      first_audible: metrics.firstAudibleMs,
      voice_to_voice: metrics.voiceToVoiceMs,
    };
    for (const [stage, ms] of Object.entries(stages)) {
      if (ms !== undefined) this.stages.observe({ stage, ...providers }, ms / 1000);
    }
  }

  private observeTool({ name, ok, code, durationMs }: EventOf<'tool.finished'>): void {
    // A name that the model made up must not become a time series.
    const tool = code === 'unknown_tool' ? 'unknown' : name;
    this.tools.observe({ tool, outcome: ok ? 'ok' : (code ?? 'failed') }, durationMs / 1000);
  }
}

const enderOf = ({ agent, endpointing, providers }: CallInfo): { agent: string; endpointing: string } => ({
  agent,
  endpointing: endpointing ?? providers.stt,
});
