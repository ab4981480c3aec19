import type { ConversationEvent } from '../../conversation/conversation.port.js';

/** Longest text or JSON of one row, characters; what is longer is cut or left out. */
const MAX_TEXT = 10_000;
const MAX_DATA = 20_000;

export interface RecordedEvent {
  readonly kind: string;
  readonly text?: string;
  readonly data?: unknown;
}

/**
 * What of an event is kept; undefined for what is not: audio positions, partial transcripts and deltas, whose content
 * comes again whole.
 */
export function recordedPart(event: ConversationEvent): RecordedEvent | undefined {
  switch (event.type) {
    case 'turn.ended':
    case 'response.completed':
      return { kind: event.type, text: cut(event.text) };
    case 'response.interrupted':
      return { kind: event.type, text: cut(event.heardText) };
    case 'tool.started': {
      const { callId, name, arguments: args } = event;
      return { kind: event.type, data: bounded({ callId, name, arguments: args }) };
    }
    case 'tool.finished': {
      const { callId, name, ok, code, message, durationMs } = event;
      // Without the query, which would open it for whoever reads the record.
      const artifacts = event.artifacts?.map(({ kind, title, url }) => ({ kind, title, url: url?.split('?')[0] }));
      return { kind: event.type, data: bounded({ callId, name, ok, code, message, durationMs, artifacts }) };
    }
    case 'turn.metrics': {
      const { type, ...metrics } = event;
      return { kind: type, data: metrics };
    }
    case 'error': {
      const { code, message, fatal } = event;
      return { kind: event.type, data: { code, message, fatal } };
    }
    case 'audio.skipped':
      return { kind: event.type, data: { ms: event.ms } };
    case 'speech.started':
    case 'speech.stopped':
    case 'transcript.partial':
    case 'transcript.final':
    case 'response.started':
    case 'response.text':
    case 'response.speak':
    case 'response.audio_done':
    case 'response.paused':
    case 'response.resumed':
    case 'tool.call':
    case 'tool.progress':
    // Rows of the business stay with it.
    case 'tool.result':
    case 'session.ended':
    default:
      return undefined;
  }
}

const cut = (text: string): string => (text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT));

/** Tools get and give what models and strangers write. */
function bounded(data: Readonly<Record<string, unknown>>): unknown {
  const json = JSON.stringify(data);
  if (json.length <= MAX_DATA) return data;
  return { callId: data['callId'], name: data['name'], omitted: json.length };
}
