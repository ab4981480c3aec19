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

interface Told {
  readonly words: boolean;
  readonly lines: readonly {
    readonly speaker: 'user' | 'agent' | 'supervisor';
    readonly text: string;
    readonly turnId?: string;
    readonly responseId?: string;
  }[];
}

const WHO = { user: 'Caller', agent: 'Agent', supervisor: 'Supervisor' } as const;

/** The lines after an event of the stream; its first one, `transcript`, is what had been said before it was opened. */
export function afterEvent(heard: readonly Heard[], name: string, data: unknown): readonly Heard[] {
  if (name === 'transcript') return before(data as Told);
  const line = lineOf(heard, data as ServerEvent);
  return line === undefined ? heard : put(heard, line);
}

function before({ words: areShown, lines }: Told): readonly Heard[] {
  const said = lines.map(({ speaker, text, turnId, responseId }, at) => ({
    // A reply has the id of its turn, too.
    id: responseId ?? turnId ?? `line ${at}`,
    who: WHO[speaker],
    text,
  }));
  return areShown ? said : [...said, { id: 'private', who: 'Note', text: PRIVATE }];
}

const PRIVATE = 'Words of this call are not kept, and not shown either.';

function lineOf(heard: readonly Heard[], event: ServerEvent): Heard | undefined {
  const { type } = event;
  if (type === 'transcript.partial') return { id: event.turnId, who: 'Caller', text: event.text, isGuess: true };
  if (type === 'turn.ended') return { id: event.turnId, who: 'Caller', text: event.text };
  if (type === 'response.text') {
    const said = heard.find(({ id }) => id === event.responseId)?.text ?? '';
    return { id: event.responseId, who: whoSays(heard, event.responseId), text: said + event.delta, isGuess: true };
  }
  if (type === 'response.started') {
    const who = event.by === 'supervisor' ? WHO.supervisor : WHO.agent;
    return { id: event.responseId, who, text: '', isGuess: true };
  }
  if (type === 'response.completed') return settled(heard, event.responseId, event.text);
  if (type === 'response.interrupted') return settled(heard, event.responseId, `${event.heardText} –`);
  if (type === 'tool.finished') {
    const what = event.ok ? 'done' : (event.message ?? event.code ?? 'not done');
    return { id: event.callId, who: 'Tool', text: `${words(event.name)}: ${what}` };
  }
  return type === 'error' ? { id: `error ${heard.length}`, who: 'Error', text: event.message } : undefined;
}

const whoSays = (heard: readonly Heard[], responseId: string): string =>
  heard.find(({ id }) => id === responseId)?.who ?? WHO.agent;

const settled = (heard: readonly Heard[], id: string, text: string): Heard => ({ id, who: whoSays(heard, id), text });

function put(heard: readonly Heard[], line: Heard): readonly Heard[] {
  const at = heard.findIndex(({ id }) => id === line.id);
  return at === -1 ? [...heard, line].slice(-MOST) : heard.with(at, line);
}
