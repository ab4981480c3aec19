// One line for the debug log about what an event did to the floor. None of the caller's words are in it.
import type { TurnEvent, TurnState } from './turn-state.js';

/** "speech.started: reply r2 paused, caller speaks"; undefined when the event has changed nothing worth a line. */
export function describe(event: TurnEvent, before: TurnState, after: TurnState): string | undefined {
  const changes = [...floorChanges(before, after), ...replyChanges(before, after), ...turnChanges(before, after)];
  return changes.length === 0 ? undefined : `${nameOf(event)}: ${changes.join(', ')}`;
}

function nameOf(event: TurnEvent): string {
  if (event.type === 'timer') return `timer ${event.timer}`;
  return 'id' in event ? `${event.type} ${event.id}` : event.type;
}

function floorChanges(before: TurnState, after: TurnState): string[] {
  const changes: string[] = [];
  if (after.callerSpeaking !== before.callerSpeaking) {
    changes.push(after.callerSpeaking ? 'caller speaks' : 'caller is silent');
  }
  if (after.committing && !before.committing) changes.push('settling the turn');
  if (after.guessing !== before.guessing && after.guessing !== false) changes.push('words over the reply are guessed');
  if (after.unheard !== before.unheard) changes.push(after.unheard ? 'caller is not heard' : 'caller is heard again');
  if (after.news && !before.news) changes.push('something to report');
  if (after.prompts > before.prompts) changes.push(`idle ${after.prompts}`);
  if (after.attended?.by !== before.attended?.by) {
    changes.push(after.attended === undefined ? 'given back' : 'taken over');
  }
  if (after.ended) changes.push('call over');
  return changes;
}

function replyChanges({ reply: old, draft: oldDraft }: TurnState, { reply, draft }: TurnState): string[] {
  const changes: string[] = [];
  if (old !== undefined && old.id !== reply?.id) changes.push(`reply ${old.id} over`);
  if (reply !== undefined && old?.id !== reply.id) {
    changes.push(`reply ${reply.id} (${reply.kind}${reply.turnId === undefined ? '' : ` to ${reply.turnId}`})`);
  } else if (reply !== undefined && old !== undefined) {
    if (reply.paused !== old.paused) changes.push(`reply ${reply.id} ${reply.paused ? 'paused' : 'goes on'}`);
    if (reply.audible && !old.audible) changes.push(`reply ${reply.id} is heard`);
    if (reply.question && !old.question) changes.push(`reply ${reply.id} asks`);
  }
  if (oldDraft !== undefined && draft?.id !== oldDraft.id && reply?.id !== oldDraft.id) {
    changes.push(`draft ${oldDraft.id} thrown away`);
  }
  if (draft !== undefined && oldDraft?.id !== draft.id) changes.push(`draft ${draft.id}`);
  return changes;
}

function turnChanges({ turn: old }: TurnState, { turn }: TurnState): string[] {
  if (turn?.id === old?.id) return [];
  const changes: string[] = [];
  if (old !== undefined) changes.push(`turn ${old.id} over`);
  if (turn !== undefined) changes.push(`turn ${turn.id} open`);
  return changes;
}
