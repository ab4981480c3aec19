// What of an event may be written down, by the privacy of its call.
import { type CallPrivacy, STANDARD_PRIVACY } from '../privacy.port.js';
import type { RecordedEvent } from './call-notes.js';

/** Fields of an event's data that may quote somebody. */
const WORDS = new Set(['message', 'words']);

export function keptPart(part: RecordedEvent, { level }: CallPrivacy = STANDARD_PRIVACY): RecordedEvent {
  return level === 'standard' ? part : withoutWords(part);
}

/** That it happened, when, how long it took and what came of it. */
function withoutWords({ said: _words, tool, data, ...event }: RecordedEvent): RecordedEvent {
  return {
    ...event,
    ...(data === undefined ? {} : { data: plain(data) }),
    ...(tool === undefined ? {} : { tool: bareTool(tool) }),
  };
}

const plain = (data: unknown): unknown =>
  typeof data === 'object' && data !== null
    ? Object.fromEntries(Object.entries(data).filter(([key]) => !WORDS.has(key)))
    : undefined;

const bareTool = ({
  arguments: _arguments,
  message: _message,
  artifacts: _artifacts,
  sources: _sources,
  ...tool
}: NonNullable<RecordedEvent['tool']>): NonNullable<RecordedEvent['tool']> => tool;
