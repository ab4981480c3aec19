import { Registry } from 'prom-client';
import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import { says } from '../../test/fakes/providers.js';
import { CallMetrics } from './call-metrics.js';

it('a call whose caller was cut off once, and answered twice, is counted so in the metrics', async () => {
  const registry = new Registry();
  const { deps, calls, clock, stt } = fakeProcess({ script: () => says('There are three of them, and that is all.') });
  (deps.observers as unknown[]).push(new CallMetrics(registry));
  calls.start({ ...request(), turnDetection: 'provider' }, new LogLine());
  await clock.advance(1);
  stt.say('show me the transactions');
  await clock.advance(400);
  stt.say('of march');
  await clock.advance(6000);
  // A barge-in, an acknowledgement and a correction after it are none.
  stt.say('and those of may');
  await clock.advance(1500);
  stt.say('no, of june');
  await clock.advance(1000);
  stt.say('uh-huh');
  await clock.advance(6000);
  stt.say('sorry, I meant july');
  await clock.advance(6000);
  await calls.close();
  const text = await registry.metrics();
  const of = (name: string): string | undefined =>
    new RegExp(`^${name}{agent="julia",endpointing="fake"} (.*)$`, 'm').exec(text)?.[1];
  expect([of('parley_turns_total'), of('parley_false_cut_offs_total'), of('parley_double_answers_total')]).toEqual([
    '5',
    '1',
    '1',
  ]);
});
