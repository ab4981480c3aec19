// What of an event a supervisor is shown, by the privacy of its call: as much as its record would keep.
import { type CallPrivacy, type Redactor, STANDARD_PRIVACY } from '../calls/privacy.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { Artifact, ResultTable, Source } from '../tools/tool.port.js';

/** Said again, and whole, by events that follow: a part of a value is hidden from nobody who reads the parts. */
const PIECES = new Set<ConversationEvent['type']>([
  'transcript.partial',
  'transcript.final',
  'response.text',
  'response.speak',
]);

/** `told`: what was written of the reply that the event is about. Undefined where nothing of it may be shown. */
export function shownEvent(
  event: ConversationEvent,
  privacy: CallPrivacy = STANDARD_PRIVACY,
  told = '',
): ConversationEvent | undefined {
  const { redactor, level } = privacy;
  if (level === 'standard' && redactor === undefined) return withoutLinks(event);
  if (PIECES.has(event.type)) return undefined;
  if (level !== 'standard' || redactor === undefined) return withoutWords(event);
  return redacted(withoutLinks(event), redactor, told);
}

/** A signed link opens a file for whoever has it. */
function withoutLinks(event: ConversationEvent): ConversationEvent {
  if (event.type !== 'tool.finished' || event.artifacts === undefined) return event;
  const bare = ({ url, ...artifact }: Artifact): Artifact =>
    url === undefined ? artifact : { ...artifact, url: url.split('?')[0] ?? url };
  return { ...event, artifacts: event.artifacts.map(bare) };
}

/** That it happened. Texts are empty, so that shapes stay. */
function withoutWords(event: ConversationEvent): ConversationEvent | undefined {
  switch (event.type) {
    case 'turn.ended':
    case 'response.completed':
      return { ...event, text: '' };
    case 'response.interrupted':
      return { ...event, heardText: '' };
    case 'tool.started':
    case 'tool.call':
      return { ...event, arguments: {} };
    case 'tool.result':
    case 'custom.message':
      return undefined;
    case 'tool.finished': {
      const { message: _message, artifacts: _artifacts, sources: _sources, ...rest } = event;
      return rest;
    }
    case 'consent.changed': {
      const { words: _words, ...rest } = event;
      return rest;
    }
    case 'error':
      return { ...event, message: '' };
    case 'audio.skipped':
    case 'call.answered':
    case 'disclosure.told':
    case 'keys.pressed':
    case 'response.audio_done':
    case 'response.paused':
    case 'response.resumed':
    case 'response.speak':
    case 'response.started':
    case 'response.text':
    case 'session.ended':
    case 'speech.started':
    case 'speech.stopped':
    case 'supervisor.changed':
    case 'tool.progress':
    case 'transcript.final':
    case 'transcript.partial':
    case 'transfer.changed':
    case 'transfer.ended':
    case 'turn.metrics':
      return event;
    default:
      // Whatever nobody has thought of yet is not shown.
      return undefined;
  }
}

function redacted(event: ConversationEvent, redactor: Redactor, told: string): ConversationEvent | undefined {
  switch (event.type) {
    case 'turn.ended':
    case 'response.completed':
      return { ...event, text: redactor.redact(event.text) };
    case 'response.interrupted': {
      const { heardText: heard } = event;
      return { ...event, heardText: redactor.redactHeard(told.length > heard.length ? told : heard, heard) };
    }
    case 'tool.started':
    case 'tool.call':
      return { ...event, arguments: redactor.redactJson(event.arguments) };
    case 'tool.result':
      return { ...event, table: redactor.redactJson(event.table) as ResultTable };
    case 'tool.finished': {
      const { message, artifacts, sources } = event;
      return {
        ...event,
        ...(message === undefined ? {} : { message: redactor.redact(message) }),
        ...(artifacts === undefined ? {} : { artifacts: redactor.redactJson(artifacts) as readonly Artifact[] }),
        ...(sources === undefined ? {} : { sources: redactor.redactJson(sources) as readonly Source[] }),
      };
    }
    case 'consent.changed':
      return event.words === undefined ? event : { ...event, words: redactor.redact(event.words) };
    case 'error':
      return { ...event, message: redactor.redact(event.message) };
    case 'custom.message':
      return { ...event, data: redactor.redactJson(event.data) };
    case 'audio.skipped':
    case 'call.answered':
    case 'disclosure.told':
    case 'keys.pressed':
    case 'response.audio_done':
    case 'response.paused':
    case 'response.resumed':
    case 'response.speak':
    case 'response.started':
    case 'response.text':
    case 'session.ended':
    case 'speech.started':
    case 'speech.stopped':
    case 'supervisor.changed':
    case 'tool.progress':
    case 'transcript.final':
    case 'transcript.partial':
    case 'transfer.changed':
    case 'transfer.ended':
    case 'turn.metrics':
      return event;
    default:
      // Whatever nobody has thought of yet is not shown.
      return undefined;
  }
}
