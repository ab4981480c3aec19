import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { CallEventRow, CallFault, CallUsageRow } from '../../database/calls/call-record.port.js';
import type { LlmUsage } from '../../llm/llm.port.js';
import type { ProviderUsage } from '../../provider/usage.port.js';
import type { Cost } from '../../usage/prices.port.js';

/** Longest text or JSON of one row, characters; what is longer is cut or left out. */
const MAX_TEXT = 10_000;
const MAX_DATA = 20_000;
const MAX_MESSAGE = 2_000;
/** Turns and replies that are under way at a time; more of them are a fault of ours, and cost nothing. */
const MAX_OPEN = 16;

/** What of an event is kept. */
export type RecordedEvent = Pick<CallEventRow, 'kind' | 'turnId' | 'responseId' | 'data' | 'said' | 'tool'>;

interface Reply {
  readonly startedAt: string;
  readonly turnId: string | undefined;
  /** Who has written it, where that is not the agent. */
  readonly by: 'supervisor' | undefined;
  text: string;
}

/**
 * What is to be written down of one call's events, with what only the events before tell: when a turn and a reply began,
 * which turn is answered, and the words of a reply that was cut off.
 */
export class CallNotes {
  /** The fault that ended the call, if one did. */
  fault: CallFault | undefined;
  private speechAt: string | undefined;
  private readonly turns = new Map<string, string>();
  private readonly replies = new Map<string, Reply>();
  private counts: Record<string, number> = {};
  private costs: Record<string, number> = {};

  /**
   * What is kept of an event that happened at `at`; undefined for what is not: audio positions, partial transcripts and
   * deltas, whose content comes again whole.
   */
  of(event: ConversationEvent, at: string): RecordedEvent | undefined {
    switch (event.type) {
      case 'speech.started':
        this.speechAt = at;
        return undefined;
      case 'transcript.partial':
      case 'transcript.final':
        if (!this.turns.has(event.turnId)) remember(this.turns, event.turnId, this.speechAt ?? at);
        return undefined;
      case 'turn.ended':
        return this.turn(event.turnId, event.text, at);
      case 'response.started':
        remember(this.replies, event.responseId, { startedAt: at, turnId: event.turnId, by: event.by, text: '' });
        return undefined;
      case 'response.text': {
        const reply = this.replies.get(event.responseId);
        if (reply !== undefined && reply.text.length < MAX_TEXT) reply.text += event.delta;
        return undefined;
      }
      case 'response.completed':
        return this.reply(event.type, event.responseId, event.text, event.text, at);
      case 'response.interrupted':
        return this.reply(event.type, event.responseId, undefined, event.heardText, at);
      case 'tool.started':
      case 'tool.finished':
        return this.tool(event);
      case 'turn.metrics': {
        const { type, turnId, ...data } = event;
        return { kind: type, turnId, data };
      }
      case 'error': {
        const { code, message, fatal } = event;
        if (fatal) this.fault = { code, message: message.slice(0, MAX_MESSAGE) };
        return { kind: event.type, data: { code, message: message.slice(0, MAX_MESSAGE), fatal } };
      }
      case 'disclosure.told': {
        const { type, responseId, ...data } = event;
        return { kind: type, responseId, data };
      }
      case 'call.answered':
      case 'keys.pressed': {
        const { type, ...data } = event;
        return { kind: type, data };
      }
      case 'consent.changed': {
        const { type, ...data } = event;
        return { kind: type, data };
      }
      case 'supervisor.changed':
      case 'transfer.changed':
      case 'transfer.ended': {
        const { type, ...data } = event;
        return { kind: type, data };
      }
      case 'audio.skipped':
        return { kind: event.type, data: { ms: event.ms } };
      case 'speech.stopped':
      case 'response.speak':
      case 'response.audio_done':
      case 'response.paused':
      case 'response.resumed':
      case 'tool.call':
      case 'custom.message':
      case 'tool.progress':
      // Rows of the business stay with it.
      case 'tool.result':
      case 'session.ended':
      default:
        return undefined;
    }
  }

  modelUsed({ inputTokens, outputTokens }: LlmUsage): void {
    this.count({ llmRequests: 1, llmInputTokens: inputTokens, llmOutputTokens: outputTokens });
  }

  used({ kind, amounts: { audioSeconds = 0, characters = 0 } }: ProviderUsage, cost?: Cost): void {
    if (audioSeconds > 0) this.count({ [`${kind}Seconds`]: rounded(audioSeconds) });
    if (characters > 0) this.count({ [`${kind}Characters`]: characters });
    if (cost !== undefined) this.costs[cost.currency] = rounded((this.costs[cost.currency] ?? 0) + cost.amount);
  }

  /** What was used, and what that cost, since this was last asked; undefined when that is nothing. */
  takeUsage(): Pick<CallUsageRow, 'usage' | 'cost'> | undefined {
    const { counts: usage, costs: cost } = this;
    this.counts = {};
    this.costs = {};
    const is = (sums: object): boolean => Object.keys(sums).length > 0;
    if (!is(usage) && !is(cost)) return undefined;
    return { ...(is(usage) && { usage }), ...(is(cost) && { cost }) };
  }

  private turn(turnId: string, text: string, at: string): RecordedEvent {
    const startedAt = this.turns.get(turnId) ?? at;
    this.turns.delete(turnId);
    this.speechAt = undefined;
    this.count({ turns: 1 });
    return { kind: 'turn.ended', turnId, said: { speaker: 'user', text: cut(text), startedAt, endedAt: at } };
  }

  private reply(kind: string, responseId: string, text: string | undefined, heard: string, at: string): RecordedEvent {
    const { startedAt = at, turnId, by, text: told = '' } = this.replies.get(responseId) ?? {};
    this.replies.delete(responseId);
    // What was told to the client may be less than what it has heard, in a call that began in another process.
    const whole = text ?? (told.length > heard.length ? told : heard);
    this.count({ replyCharacters: whole.length });
    return {
      kind,
      responseId,
      ...(turnId === undefined ? {} : { turnId }),
      said: {
        speaker: 'agent',
        text: cut(whole),
        heardText: cut(heard),
        startedAt,
        endedAt: at,
        ...(by === undefined ? {} : { source: by }),
      },
    };
  }

  private tool(event: Extract<ConversationEvent, { type: 'tool.started' | 'tool.finished' }>): RecordedEvent {
    const { type: kind, callId: toolCallId, responseId, name } = event;
    const turnId = this.replies.get(responseId)?.turnId;
    const ids = { kind, responseId, ...(turnId === undefined ? {} : { turnId }) };
    if (event.type === 'tool.started') {
      this.count({ toolCalls: 1 });
      const tool = { toolCallId, name, arguments: bounded(event.arguments) };
      return { ...ids, data: { toolCallId, name }, tool };
    }
    const { ok, code, message, sources } = event;
    const durationMs = Math.round(event.durationMs);
    // Without the query, which would open it for whoever reads the record.
    const artifacts = event.artifacts?.map(({ kind: what, title, url }) => ({
      kind: what,
      title,
      url: url?.split('?')[0],
    }));
    const tool = {
      toolCallId,
      name,
      ok,
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { message: message.slice(0, MAX_MESSAGE) }),
      ...(artifacts === undefined ? {} : { artifacts: bounded(artifacts) }),
      ...(sources === undefined ? {} : { sources: bounded(sources) }),
      durationMs,
    };
    return { ...ids, data: { toolCallId, name, ok, ...(code === undefined ? {} : { code }), durationMs }, tool };
  }

  private count(more: Readonly<Record<string, number>>): void {
    for (const [name, n] of Object.entries(more)) this.counts[name] = (this.counts[name] ?? 0) + n;
  }
}

function remember<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > MAX_OPEN && oldest !== undefined) map.delete(oldest);
}

/** Sums of decimal fractions otherwise look like 0.30000000000000004. */
const rounded = (n: number): number => Number(n.toFixed(9));

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT));

/** Tools get and give what models and strangers write. */
function bounded(data: unknown): unknown {
  const { length } = JSON.stringify(data) ?? '';
  return length <= MAX_DATA ? data : { omitted: length };
}
