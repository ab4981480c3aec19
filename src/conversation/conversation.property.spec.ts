// Whatever happens in whatever order, a conversation keeps its promises.
import fc from 'fast-check';
import { fakeCall } from '../../test/fakes/call.js';
import {
  action,
  erraticModel,
  erraticTools,
  expectCalmEnd,
  expectEveryCallAnswered,
  expectOneReplyAtATime,
  inOrder,
} from '../../test/fakes/erratic.js';
import type { TurnDetectionMode } from './options.js';

describe('any order of events', () => {
  it('never deadlocks, doubles a reply, leaves a call unanswered or plays after an interruption', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }),
        fc.constantFrom<TurnDetectionMode>('provider', 'vad', 'manual'),
        fc.boolean(),
        async (actions, choices, mode, interruptible) => {
          const call = fakeCall({
            script: erraticModel(choices),
            tools: erraticTools,
            turn: { mode, interruptible },
            greeting: 'Hi.',
          });
          await inOrder(call, actions);
          await expectCalmEnd(call);
          expectOneReplyAtATime(call.output.log);
          for (const request of call.model.requests) expectEveryCallAnswered(request.messages);
          expect(call.types().filter((type) => type === 'session.ended')).toHaveLength(1);
          expect(call.types().at(-1)).toBe('session.ended');
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
