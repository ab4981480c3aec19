import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import type { CallInfo, CallObserver, CallTransition } from '../../calls/call-observer.port.js';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { LlmUsage } from '../../llm/llm.port.js';
import { ERROR_TYPE, GEN_AI, OPERATIONS } from './conventions.js';
import type { TraceIds } from './trace-ids.js';

type EventOf<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

interface Turn {
  readonly span: Span;
  /** When the caller's turn was over, Unix time, ms. */
  readonly endedAt: number;
  usage: { input: number; output: number };
  metrics?: EventOf<'turn.metrics'>;
}

interface TracedCall {
  readonly span: Span;
  readonly info: CallInfo;
  /** Unix time, ms; when the caller last fell silent. */
  silentSince: number | undefined;
  turn: { readonly id: string; readonly turn: Turn } | undefined;
  readonly tools: Map<string, Span>;
}

/** Turns and tools that nobody has ended are ended with their call. */
const MOST_TOOLS = 100;

/**
 * A span for each call, in it one for each turn, and in that its stages and tools. All processes of a call have one trace,
 * whose id is the call's own. No span holds a word that somebody has said, nor a user's id.
 */
export class CallSpans implements CallObserver {
  private readonly calls = new Map<string, TracedCall>();

  constructor(
    private readonly tracer: Tracer,
    private readonly ids: TraceIds,
    /** Unix time, ms. */
    private readonly now: () => number = Date.now,
  ) {}

  started(call: CallInfo): void {
    this.begin(call, {});
  }

  resumed(call: CallInfo): void {
    this.begin(call, { 'parley.resumed': true });
  }

  event({ sessionId }: CallInfo, event: ConversationEvent): void {
    const call = this.calls.get(sessionId);
    if (call === undefined) return;
    if (event.type === 'speech.started') call.silentSince = undefined;
    else if (event.type === 'speech.stopped') call.silentSince = this.now();
    else if (event.type === 'turn.ended') this.beginTurn(call, event.turnId);
    else if (event.type === 'turn.metrics') note(call, event);
    else if (event.type === 'tool.started') this.beginTool(call, event);
    else if (event.type === 'tool.finished') this.endTool(call, event);
    else if (event.type === 'response.completed') this.endTurn(call);
    else if (event.type === 'response.interrupted') {
      call.turn?.turn.span.addEvent('parley.interrupted', {}, this.now());
      this.endTurn(call);
    } else if (event.type === 'error') {
      call.span.addEvent('parley.error', { [ERROR_TYPE]: event.code, 'parley.fatal': event.fatal }, this.now());
    } else if (event.type === 'session.ended') {
      this.end(call, { 'parley.end_reason': event.reason }, event.reason === 'error');
    }
  }

  modelUsed({ sessionId }: CallInfo, usage: LlmUsage): void {
    const turn = this.calls.get(sessionId)?.turn?.turn;
    if (turn === undefined) return;
    turn.usage = { input: turn.usage.input + usage.inputTokens, output: turn.usage.output + usage.outputTokens };
  }

  transition({ sessionId }: CallInfo, transition: CallTransition): void {
    const call = this.calls.get(sessionId);
    if (call === undefined) return;
    if (transition.type === 'left') this.end(call, { 'parley.end_reason': transition.why }, false);
    else if (transition.type === 'attached' || transition.type === 'detached') {
      call.span.addEvent(`parley.${transition.type}`, {}, this.now());
    } else if (transition.type === 'stalled') {
      const { ms, cause } = transition;
      call.span.addEvent('parley.stalled', { 'parley.stall_ms': Math.round(ms), 'parley.cause': cause }, this.now());
    } else if (transition.type === 'turn.misjudged') {
      call.span.addEvent(`parley.${transition.fault}`, { 'parley.turn_id': transition.turnId }, this.now());
    }
  }

  private begin(info: CallInfo, more: Attributes): void {
    const { sessionId, agent, agentVersion, providers, route } = info;
    const attributes: Attributes = {
      [GEN_AI.operation]: OPERATIONS.agent,
      [GEN_AI.conversation]: sessionId,
      [GEN_AI.agent]: agent,
      ...(agentVersion === undefined ? {} : { [GEN_AI.agentVersion]: agentVersion }),
      'parley.channel': route?.channel ?? 'web',
      'parley.direction': route?.direction ?? 'inbound',
      'parley.stt': providers.stt,
      'parley.llm': providers.llm,
      'parley.tts': providers.tts,
      ...more,
    };
    const span = this.ids.traceOf(sessionId, () =>
      this.tracer.startSpan(
        `${OPERATIONS.agent} ${agent}`,
        { kind: SpanKind.SERVER, attributes, startTime: this.now(), root: true },
        context.active(),
      ),
    );
    this.calls.set(sessionId, { span, info, silentSince: undefined, turn: undefined, tools: new Map() });
  }

  private beginTurn(call: TracedCall, id: string): void {
    this.endTurn(call);
    const endedAt = this.now();
    const span = this.child(call.span, 'turn', call.silentSince ?? endedAt, { 'parley.turn_id': id });
    call.turn = { id, turn: { span, endedAt, usage: { input: 0, output: 0 } } };
    call.silentSince = undefined;
  }

  /** Stages are known when they are over: from the end of the caller's turn on, as the metrics count. */
  private endTurn(call: TracedCall): void {
    const { turn: current } = call;
    if (current === undefined) return;
    call.turn = undefined;
    const { span, endedAt, usage, metrics } = current.turn;
    const { llm, tts } = call.info.providers;
    if (metrics?.endpointingMs !== undefined) {
      this.child(span, 'endpointing', endedAt - metrics.endpointingMs, {}).end(endedAt);
    }
    if (metrics?.firstTokenMs !== undefined) {
      this.child(span, `${OPERATIONS.chat} ${llm}`, endedAt, {
        [GEN_AI.operation]: OPERATIONS.chat,
        [GEN_AI.provider]: llm,
        [GEN_AI.inputTokens]: usage.input,
        [GEN_AI.outputTokens]: usage.output,
        'parley.until': 'first_token',
      }).end(endedAt + metrics.firstTokenMs);
    }
    if (metrics?.firstAudioMs !== undefined) {
      const begin = endedAt + (metrics.firstTokenMs ?? 0);
      this.child(span, `speech ${tts}`, begin, { 'parley.until': 'first_audio' }).end(begin + metrics.firstAudioMs);
    }
    if (metrics?.voiceToVoiceMs !== undefined) span.setAttribute('parley.voice_to_voice_ms', metrics.voiceToVoiceMs);
    span.end(this.now());
  }

  private beginTool(call: TracedCall, { callId, name }: EventOf<'tool.started'>): void {
    if (call.tools.size >= MOST_TOOLS) return;
    const attributes = {
      [GEN_AI.operation]: OPERATIONS.tool,
      [GEN_AI.toolName]: name,
      [GEN_AI.toolCall]: callId,
    };
    const parent = call.turn?.turn.span ?? call.span;
    call.tools.set(callId, this.child(parent, `${OPERATIONS.tool} ${name}`, this.now(), attributes));
  }

  private endTool({ tools }: TracedCall, { callId, ok, code }: EventOf<'tool.finished'>): void {
    const span = tools.get(callId);
    if (span === undefined) return;
    tools.delete(callId);
    if (!ok) span.setAttribute(ERROR_TYPE, code ?? 'failed').setStatus({ code: SpanStatusCode.ERROR });
    span.end(this.now());
  }

  private end(call: TracedCall, attributes: Attributes, failed: boolean): void {
    this.calls.delete(call.info.sessionId);
    for (const span of call.tools.values()) span.end(this.now());
    this.endTurn(call);
    call.span.setAttributes(attributes);
    if (failed) call.span.setStatus({ code: SpanStatusCode.ERROR });
    call.span.end(this.now());
  }

  private child(parent: Span, name: string, startTime: number, attributes: Attributes): Span {
    return this.tracer.startSpan(name, { attributes, startTime }, trace.setSpan(context.active(), parent));
  }
}

function note({ turn: current }: TracedCall, metrics: EventOf<'turn.metrics'>): void {
  if (current?.id === metrics.turnId) current.turn.metrics = metrics;
}
