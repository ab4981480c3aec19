import * as fc from 'fast-check';
import { anyEvent } from '../../../test/support/turn-events.js';
import { lexiconFor } from '../lexicon/lexicon-for.js';
import { defaultTurnOptions } from '../options.js';
import { describe as describeStep } from './describe.js';
import { step } from './turn-machine.js';
import { initialTurnState, type TurnState } from './turn-state.js';

const lexicon = lexiconFor('en-US', { dictation: { after: ['client'], digits: 4 } });
const options = fc.record({
  mode: fc.constantFrom('provider' as const, 'vad' as const, 'manual' as const),
  interruptible: fc.boolean(),
  speculate: fc.boolean(),
});

describe('any order of events', () => {
  it('leaves a state that is plain data: stored and read again, the call goes on the same', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), options, (events, chosen) => {
        const all = { ...defaultTurnOptions, lexicon, ...chosen };
        let state: TurnState = initialTurnState;
        for (const event of events) {
          const stored = JSON.parse(JSON.stringify(state)) as TurnState;
          const next = step(state, event, all);
          const same = step(stored, event, all);
          expect(same).toEqual(next);
          state = next.state;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never has two replies, nor a draft beside one', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), options, (events, chosen) => {
        let state: TurnState = initialTurnState;
        let speaking: string | undefined;
        for (const event of events) {
          const next = step(state, event, { ...defaultTurnOptions, lexicon, ...chosen });
          // What is due may follow in the same step.
          if (event.type === 'reply.over' && event.id === speaking) speaking = undefined;
          for (const effect of next.effects) {
            if (effect.type === 'reply.interrupt') {
              expect(effect.id).toBe(speaking);
              speaking = undefined;
            }
            if (effect.type === 'reply.start') {
              if (event.type !== 'call.started') expect(speaking).toBeUndefined();
              speaking = effect.id;
            }
          }
          expect(next.state.reply?.id).toBe(speaking);
          state = next.state;
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the line in the log', () => {
  const all = { ...defaultTurnOptions, lexicon };
  it('tells what became of the floor, and none of the words', () => {
    const lines: (string | undefined)[] = [];
    let state: TurnState = initialTurnState;
    for (const event of [
      { type: 'call.started', greet: true },
      { type: 'reply.audible', id: 'r1' },
      { type: 'speech.started', audioMs: 20 },
      { type: 'transcript.partial', text: 'my secret' },
      { type: 'transcript.final', text: 'my secret' },
      { type: 'turn.eager', text: 'my secret' },
      { type: 'turn.ended' },
      { type: 'reply.audible', id: 'r2' },
      { type: 'reply.audible', id: 'r2' },
      { type: 'call.ended' },
    ] as const) {
      const next = step(state, event, all).state;
      lines.push(describeStep(event, state, next));
      state = next;
    }
    expect(lines).toEqual([
      'call.started: reply r1 (greeting)',
      'reply.audible r1: reply r1 is heard',
      'speech.started: caller speaks, reply r1 paused',
      'transcript.partial: words over the reply are guessed, turn t1 open',
      'transcript.final: reply r1 over',
      'turn.eager: draft r2',
      'turn.ended: caller is silent, reply r2 (answer to t1), turn t1 over',
      'reply.audible r2: reply r2 is heard',
      undefined,
      'call.ended: call over, reply r2 over',
    ]);
  });
});
