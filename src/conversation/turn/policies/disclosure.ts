// What must be heard before anything else: nobody talks over it, and it is said again when it was not heard to its end.
import { MAX_TURN_CHARS } from '../../../bounds/texts.port.js';
import type { ConversationEvent } from '../../conversation.port.js';
import type { Disclosing, OpenTurn, ReplyKind, TurnState } from '../turn-state.js';

/** A voice or a client that fails twice will fail again: the call goes on, and its record says what was not heard. */
const MAX_TRIES = 2;

/** Whether it is being said. */
export const isDisclosing = ({ reply }: Pick<TurnState, 'reply'>): boolean => reply?.kind === 'disclosure';

/** How the client is told that a reply begins. */
export const startedEvent = (
  responseId: string,
  kind: ReplyKind,
  turnId: string | undefined,
): Extract<ConversationEvent, { type: 'response.started' }> => ({
  type: 'response.started',
  responseId,
  ...(turnId === undefined ? {} : { turnId }),
  ...(kind === 'disclosure' ? { interruptible: false } : {}),
  ...(kind === 'supervisor' ? { by: 'supervisor' } : {}),
});

/** Its next try; undefined when it was heard, or tried often enough. */
export const nextTry = ({ disclosing }: TurnState, whole: boolean): Disclosing | undefined =>
  whole || disclosing === undefined || disclosing.tries >= MAX_TRIES
    ? undefined
    : { ...disclosing, tries: disclosing.tries + 1 };

/** What the caller has said over it, to be answered after it; what is longer than a turn may be is cut. */
export const keptTurn = (turn: OpenTurn): OpenTurn => ({
  ...turn,
  finals: turn.finals.slice(0, MAX_TURN_CHARS),
  over: true,
});
