// The turn machine's state as it crosses from one process to another: who had the floor, and what was settled. What was only
// guessed is heard again.
import type { ReplySnapshot, TurnSnapshot } from './snapshot.js';
import { initialTurnState, type OpenTurn, type TurnState } from './turn/turn-state.js';

export function turnSnapshot(state: TurnState): TurnSnapshot {
  const { turns, replies, prompts, news, unheard, committing, disclosing, attended, turn } = state;
  return {
    turns,
    replies,
    prompts,
    news,
    unheard,
    committing,
    ...(disclosing === undefined ? {} : { disclosing }),
    ...(attended === undefined ? {} : { attended }),
    ...(turn === undefined || turn.finals === '' ? {} : { open: openTurn(turn) }),
  };
}

const openTurn = ({ id, finals, over }: OpenTurn): NonNullable<TurnSnapshot['open']> =>
  over === undefined ? { id, finals } : { id, finals, over };

/** `reply` was under way. */
export function restoredTurn({ open, ...counts }: TurnSnapshot, reply: ReplySnapshot | undefined): TurnState {
  return {
    ...initialTurnState,
    ...counts,
    turn: open === undefined ? undefined : { ...open, partial: '' },
    reply: reply === undefined ? undefined : activeReply(reply, reply.id),
  };
}

/** The state with the reply under way under a new id. */
export function renamedReply(state: TurnState): { readonly state: TurnState; readonly id: string } {
  const replies = state.replies + 1;
  const id = `r${replies}`;
  const reply = state.reply === undefined ? undefined : activeReply(state.reply, id);
  return { state: { ...state, replies, reply }, id };
}

function activeReply({ kind, turnId }: Pick<ReplySnapshot, 'kind' | 'turnId'>, id: string): TurnState['reply'] {
  const turn = turnId === undefined ? {} : { turnId };
  return { id, kind, ...turn, audible: false, paused: false, question: false };
}
