import type { SaidEntry } from '../../calls/call-ledger.port.js';
import type { SaidText } from '../../database/calls/call-store.port.js';
import { idOf } from '../../calls/event-id.js';
import type { PostCallTranscription } from './post-call.schema.js';
import { MAX_TEXT, SOURCE } from './said.js';

/**
 * The transcript that a vendor gives after a call, in its order (it counts whole seconds: what falls into one is a
 * millisecond apart), without what was told while the call went on: each known text stands for one of the same.
 */
export function entriesOf(
  { conversation_id: conversation, transcript, metadata }: PostCallTranscription['data'],
  known: readonly SaidText[],
): readonly SaidEntry[] {
  const told = new Map<string, number>();
  for (const { speaker, text } of known) told.set(keyOf(speaker, text), (told.get(keyOf(speaker, text)) ?? 0) + 1);
  const entries: SaidEntry[] = [];
  let last = -Infinity;
  for (const [
    index,
    { role, message, original_message: original, time_in_call_secs: second },
  ] of transcript.entries()) {
    const at = (metadata.start_time_unix_secs + (second ?? 0)) * 1000;
    last = Math.max(at, last + 1);
    const heard = message?.trim() ?? '';
    const text = original?.trim() || heard;
    if (text === '' || isTold(told, role, text) || isTold(told, role, heard)) continue;
    entries.push({
      id: idOf('elevenlabs', 'post_call', conversation, index, role, text),
      speaker: role,
      text: text.slice(0, MAX_TEXT),
      ...(text === heard ? {} : { heardText: heard.slice(0, MAX_TEXT) }),
      startedAt: new Date(last),
      source: SOURCE,
    });
  }
  return entries;
}

/** Whether one such text is left of what is known; then it is used up. */
function isTold(told: Map<string, number>, speaker: string, text: string): boolean {
  const key = keyOf(speaker, text);
  const left = told.get(key) ?? 0;
  if (left > 0) told.set(key, left - 1);
  return left > 0;
}

const keyOf = (speaker: string, text: string): string => `${speaker} ${text.trim().slice(0, MAX_TEXT)}`;
