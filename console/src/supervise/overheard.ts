// A call as a supervisor reads it: a line for what each side says, and for what tools do.
import type { ServerEvent } from '../../../client/client-events.js';
import { words } from '../parts/format.js';

export interface Heard {
  readonly id: string;
  readonly who: string;
  readonly text: string;
  readonly isGuess?: boolean;
}

/** As long as anybody reads back. */
const MOST = 500;

/** The lines after an event of the stream; `line` is what had been said before it was opened. */
export function afterEvent(heard: readonly Heard[], name: string, data: unknown): readonly Heard[] {
  if (name === 'line') {
    const { speaker, text } = data as { speaker: string; text: string };
    return put(heard, { id: `line ${heard.length}`, who: speaker === 'user' ? 'Caller' : 'Agent', text });
  }
  const line = lineOf(heard, data as ServerEvent);
  return line === undefined ? heard : put(heard, line);
}

function lineOf(heard: readonly Heard[], event: ServerEvent): Heard | undefined {
  const { type } = event;
  if (type === 'transcript.partial') return { id: event.turnId, who: 'Caller', text: event.text, isGuess: true };
  if (type === 'turn.ended') return { id: event.turnId, who: 'Caller', text: event.text };
  if (type === 'response.text') {
    const before = heard.find(({ id }) => id === event.responseId)?.text ?? '';
    return { id: event.responseId, who: 'Agent', text: before + event.delta, isGuess: true };
  }
  if (type === 'response.completed') return { id: event.responseId, who: 'Agent', text: event.text };
  if (type === 'response.interrupted') return { id: event.responseId, who: 'Agent', text: `${event.heardText} –` };
  if (type === 'tool.finished') {
    const what = event.ok ? 'done' : (event.message ?? event.code ?? 'not done');
    return { id: event.callId, who: 'Tool', text: `${words(event.name)}: ${what}` };
  }
  return type === 'error' ? { id: `error ${heard.length}`, who: 'Error', text: event.message } : undefined;
}

function put(heard: readonly Heard[], line: Heard): readonly Heard[] {
  const at = heard.findIndex(({ id }) => id === line.id);
  return at === -1 ? [...heard, line].slice(-MOST) : heard.with(at, line);
}
