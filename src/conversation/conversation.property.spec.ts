// Whatever happens in whatever order, a conversation keeps its promises.
import fc from 'fast-check';
import { fakeCall } from '../../test/fakes/call.js';
import {
  action,
  erraticModel,
  erraticTools,
  expectEveryCallAnswered,
  expectOneReplyAtATime,
} from '../../test/fakes/erratic.js';
import { settle } from '../../test/fakes/manual-clock.js';
import { says } from '../../test/fakes/providers.js';
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
          for (const { run } of actions) {
            await run(call);
            await settle();
          }
          // Whatever came before, a calm caller who types a question gets an answer (unless the call is over).
          call.voice.failing = false;
          call.model.script = () => says('The end.');
          const over = call.types().includes('session.ended');
          call.conversation.submitText('are you still there');
          await call.clock.advance(60_000);
          if (!over) expect(call.output.log).toContainEqual(expect.objectContaining({ text: 'The end.' }));
          call.conversation.end('client');
          await call.conversation.ended;
          await call.clock.advance(300_000);
          expectOneReplyAtATime(call.output.log);
          for (const request of call.model.requests) expectEveryCallAnswered(request.messages);
          expect(call.types().filter((type) => type === 'session.ended')).toHaveLength(1);
          expect(call.types().at(-1)).toBe('session.ended');
          expect([call.stt.open_, call.voice.open_, call.model.running, call.clock.waiting]).toEqual([0, 0, 0, 0]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
