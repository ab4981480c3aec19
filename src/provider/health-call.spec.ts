// A whole call on chains whose first providers die in the middle of what they do: neither side notices.
import { caller, FakeTools, type Logged, LogOutput } from '../../test/fakes/call.js';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { calls, FakeModel, providerFailure, says } from '../../test/fakes/providers.js';
import { speak, SPEECH_RATE, WordRecogniser } from '../../test/fakes/recogniser.js';
import { spelled, SPELLING_RATE, SpellingVoice } from '../../test/fakes/spelling-voice.js';
import { Conversation } from '../conversation/conversation.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { defaultContextOptions, defaultReplyOptions, defaultTurnOptions } from '../conversation/options.js';
import { FallbackModel } from '../llm/fallback/fallback-model.js';
import { FallbackStt } from '../stt/fallback/fallback-stt.js';
import { FallbackTts } from '../tts/fallback/fallback-tts.js';
import type { ProviderOutcome } from './failover.js';
import { ProviderHealth } from './health.js';

const ANSWER = 'You have three transactions. The last one was a coffee for four dollars.';

class AudioOutput extends LogOutput {
  readonly chunks: Uint8Array[] = [];

  override audio(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    super.audio(chunk);
  }
}

it('carries a call through the death of its recogniser, its model and its voice', async () => {
  const clock = new ManualClock();
  const outcomes: ProviderOutcome[] = [];
  const options = {
    health: new ProviderHealth(),
    after: (ms: number, action: () => void) => clock.after(ms, action),
    onOutcome: (outcome: ProviderOutcome) => outcomes.push(outcome),
  };
  const recognisers = [
    new WordRecogniser({ name: 's1', plans: [{ failsAfterMs: 300 }] }),
    new WordRecogniser({ name: 's2' }),
  ];
  const voices = [new SpellingVoice(1, { plans: [{ failsAfterChars: 40 }] }), new SpellingVoice(2)];
  const look = { id: 'a', name: 'look', args: {} };
  const first = new FakeModel(function* ({ messages }) {
    if (messages.at(-1)?.role === 'user') {
      for (const part of calls(look)) if (part.type !== 'finished') yield part;
    } else {
      yield { type: 'text', delta: 'You have three trans' };
    }
    throw providerFailure(true);
  }, 'm1');
  const second = new FakeModel(() => says(ANSWER), 'm2');
  const tools = new FakeTools({ look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 3 }) } });
  const output = new AudioOutput(SPELLING_RATE);
  const conversation = new Conversation(
    {
      stt: new FallbackStt(recognisers, options),
      model: new FallbackModel([first, second], options),
      voice: new FallbackTts(voices, options),
      tools,
      caller,
      clock,
      output,
    },
    {
      sessionId: 's',
      instructions: 'Be kind.',
      phrases: {
        greeting: '',
        idlePrompt: 'Hello?',
        goodbye: 'Bye!',
        apology: 'Sorry.',
        unheard: 'I cannot hear.',
        wordless: 'No words.',
        cutShort: 'More?',
        withheld: 'No more.',
        fillers: [],
      },
      language: 'en-US',
      lexicon: lexiconFor('en-US'),
      voice: '',
      keyTerms: [],
      tools: ['look'],
      inputSampleRate: SPEECH_RATE,
      outputSampleRate: SPELLING_RATE,
      echoCancelled: false,
      turn: { ...defaultTurnOptions, speculate: false, idlePromptMs: 0 },
      context: defaultContextOptions,
      reply: defaultReplyOptions,
    },
  );
  conversation.start();

  const { audio } = speak([Array.from({ length: 8 }, () => 0)], 1000);
  for (let at = 0; at < audio.length; at += 40) {
    conversation.pushAudio(audio.subarray(at, at + 40));
    await clock.advance(20);
  }
  await clock.advance(30_000);
  conversation.end('client');
  await conversation.ended;
  await clock.advance(0);

  const last = <T extends Logged['type']>(type: T) =>
    output.log.findLast((entry): entry is Extract<Logged, { type: T }> => entry.type === type);
  expect(last('turn.ended')?.text).toBe('w0 w1 w2 w3 w4 w5 w6 w7');
  expect(tools.ran.map(({ name }) => name)).toEqual(['look']);
  expect(last('response.completed')?.text).toBe(ANSWER);
  const spoken = spelled(Buffer.concat(output.chunks)).map(({ mark, text }) => `${mark}:${text}`);
  expect(spoken).toEqual(['1:You have three transactions.The last one', '2:was a coffee for four dollars.']);
  expect(output.log.filter(({ type }) => type === 'error')).toEqual([]);
  expect(outcomes.map(({ kind, provider, next }) => `${kind} ${provider} ${next}`)).toEqual([
    'stt s1 s2',
    'llm m1 undefined', // its tool call was out: nothing was left to do
    'llm m1 m2',
    'tts v1 v2',
  ]);
  const running = [...recognisers, ...voices, first, second].map((provider) => provider.running);
  expect(running).toEqual([0, 0, 0, 0, 0, 0]);
  expect(clock.waiting).toBe(0);
});
