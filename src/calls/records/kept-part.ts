// What of an event may be written down, by the privacy of its call.
import { type CallPrivacy, type Redactor, STANDARD_PRIVACY } from '../privacy.port.js';
import type { Said, ToolUse } from '../../database/calls/call-record.port.js';
import type { RecordedEvent } from './call-notes.js';

/** Fields of an event's data that may quote somebody. */
const WORDS = new Set(['message', 'words']);

export function keptPart(part: RecordedEvent, privacy: CallPrivacy = STANDARD_PRIVACY): RecordedEvent {
  const { redactor, base = privacy.level } = privacy;
  // With which words the caller has refused is the proof that he was asked.
  const level = part.kind === 'consent.changed' ? base : privacy.level;
  if (level !== 'standard') return withoutWords(part);
  return redactor === undefined ? part : redacted(part, redactor);
}

/** With tokens in the place of the caller's values. */
function redacted({ said, tool, data, ...event }: RecordedEvent, redactor: Redactor): RecordedEvent {
  return {
    ...event,
    ...(data === undefined ? {} : { data: redactor.redactJson(data) }),
    ...(said === undefined ? {} : { said: redactedWords(said, redactor) }),
    ...(tool === undefined ? {} : { tool: redactedTool(tool, redactor) }),
  };
}

function redactedWords(said: Said, redactor: Redactor): Said {
  const { text, heardText } = said;
  const heard = heardText === undefined ? {} : { heardText: redactor.redactHeard(text, heardText) };
  return { ...said, text: redactor.redact(text), ...heard };
}

function redactedTool(tool: ToolUse, redactor: Redactor): ToolUse {
  const { arguments: args, message, artifacts, sources, ...names } = tool;
  return {
    ...names,
    ...(args === undefined ? {} : { arguments: redactor.redactJson(args) }),
    ...(message === undefined ? {} : { message: redactor.redact(message) }),
    ...(artifacts === undefined ? {} : { artifacts: redactor.redactJson(artifacts) }),
    ...(sources === undefined ? {} : { sources: redactor.redactJson(sources) }),
  };
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
}: ToolUse): ToolUse => tool;
