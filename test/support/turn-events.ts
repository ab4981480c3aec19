import * as fc from 'fast-check';
import type { TurnEvent } from '../../src/conversation/turn/turn-state.js';

const text = fc.constantFrom(
  'okay',
  'uh-huh',
  'stop',
  'what time is it',
  'client five zero',
  'and',
  'send it to',
  'no wait',
);
const id = fc.integer({ min: 1, max: 4 }).map((n) => `r${n}`);
const audioMs = fc.constant(100);

/** Whatever may come to the turn machine, in any order. */
export const anyEvent: fc.Arbitrary<TurnEvent> = fc.oneof(
  fc.record({ type: fc.constant('call.started' as const), greet: fc.boolean(), disclose: fc.boolean() }),
  fc.record({
    type: fc.constantFrom('speech.started' as const, 'speech.stopped' as const, 'microphone.silent' as const),
    audioMs,
  }),
  fc.record({ type: fc.constantFrom('transcript.partial' as const, 'transcript.final' as const), text }),
  fc.record({ type: fc.constantFrom('turn.eager' as const, 'text.submitted' as const), text }),
  fc.record({
    type: fc.constantFrom(
      'transcript.retracted' as const,
      'turn.resumed' as const,
      'turn.ended' as const,
      'input.committed' as const,
      'input.cleared' as const,
      'response.cancelled' as const,
      'news' as const,
      'hearing.lost' as const,
      'hearing.restored' as const,
    ),
  }),
  fc.record({ type: fc.constant('reply.audible' as const), id }),
  fc.record({ type: fc.constant('reply.over' as const), id, whole: fc.boolean() }),
  fc.record({ type: fc.constant('reply.written' as const), id, question: fc.boolean() }),
  fc.record({
    type: fc.constant('timer' as const),
    timer: fc.constantFrom(
      'endpoint' as const,
      'pause' as const,
      'idle' as const,
      'still' as const,
      'interruption' as const,
      'commit' as const,
    ),
  }),
);
