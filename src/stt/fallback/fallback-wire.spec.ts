// The chain on real adapters: Deepgram's wire breaks in the middle of an utterance, and PocketSphinx really hears the rest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMAIN } from '../../../test/speech/domain.js';
import { synthesise } from '../../../test/speech/hear.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import type { DeepgramKnobs } from '../../../test/simulators/deepgram-knobs.js';
import { describeWith } from '../../../test/support/needs.js';
import { withSharedModels } from '../../../test/support/speech-models.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { DeepgramSpeechToText } from '../deepgram/deepgram-stt.js';
import { PocketsphinxStt } from '../pocketsphinx/pocketsphinx-stt.js';
import type { SttEvent } from '../stt.port.js';
import { FallbackStt } from './fallback-stt.js';

const RATE = 16_000;
const BYTES_PER_MS = (RATE * 2) / 1000;

describeWith(['pocketsphinx'])('a chain of Deepgram and PocketSphinx', () => {
  let folder: string;
  let sphinx: PocketsphinxStt;

  beforeAll(async () => {
    folder = withSharedModels(mkdtempSync(join(tmpdir(), 'parley-chain-')));
    sphinx = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN, warmProcesses: 1 });
    await sphinx.warmUp();
  }, 60_000);

  afterAll(() => {
    sphinx.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const silence = (ms: number): Buffer => Buffer.alloc(ms * BYTES_PER_MS);

  /** Plays the audio, much faster than real time but giving way to the wire; resolves at the end of the n-th turn. */
  async function hear(audio: Buffer, turns: number, knobs: DeepgramKnobs, model = 'nova-3') {
    const simulator = await DeepgramSimulator.start({ knobs });
    const outcomes: ProviderOutcome[] = [];
    const events: SttEvent[] = [];
    const over = Promise.withResolvers<void>();
    const deepgram = new DeepgramSpeechToText({ apiKey: SIMULATED_DEEPGRAM_KEY, model, baseUrl: simulator.url });
    const chain = new FallbackStt([deepgram, sphinx], {
      health: new ProviderHealth(),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    const stream = chain.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
      events.push(event);
      if (event.type === 'failed') over.reject(event.error);
      if (events.filter(({ type }) => type === 'turn.ended').length === turns) over.resolve();
    });
    try {
      for (let at = 0; at < audio.length; at += 20 * BYTES_PER_MS) {
        stream.push(audio.subarray(at, at + 20 * BYTES_PER_MS));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await over.promise;
    } finally {
      stream.abort();
      await simulator.close();
    }
    const finals = events.filter((event) => event.type === 'transcript.final');
    return { outcomes, finals, texts: finals.map(({ text }) => text.toLowerCase()), events };
  }

  it.each(['destroy', 'garbage'] as const)(
    'hears an utterance to its end in which Deepgram breaks off (%s)',
    async (kind) => {
      const audio = Buffer.concat([silence(700), await synthesise('What is our refund policy?'), silence(2000)]);
      const { texts, outcomes, finals } = await hear(audio, 1, { fault: { kind, afterAudioMs: 1300 } });
      expect(texts).toEqual(['what is our refund policy']);
      expect(outcomes).toMatchObject([{ provider: 'deepgram', next: 'pocketsphinx', midway: true, lostMs: 0 }]);
      // On the clock of the call, not of the second stream: the first word lies behind the silence.
      const [first] = finals[0]?.words ?? [];
      expect(first?.startMs).toBeGreaterThan(600);
      expect(first?.startMs).toBeLessThan(1300);
    },
  );

  it('does not hear the words again that Deepgram had settled', async () => {
    const first = Buffer.concat([silence(300), await synthesise('Hello.'), silence(1500)]);
    const audio = Buffer.concat([first, await synthesise('What is our refund policy?'), silence(2000)]);
    const afterAudioMs = first.length / BYTES_PER_MS + 700;
    for (const model of ['nova-3', 'flux-general-en']) {
      const knobs: DeepgramKnobs = { transcripts: ['Good day.'], fault: { kind: 'destroy', afterAudioMs } };
      const { texts, outcomes, events } = await hear(audio, 2, knobs, model);
      expect(texts).toEqual(['good day.', 'what is our refund policy']);
      expect(outcomes).toHaveLength(1);
      const told = events
        .map(({ type }) => type)
        .filter((type) => type === 'transcript.final' || type === 'turn.ended');
      expect(told).toEqual(['transcript.final', 'turn.ended', 'transcript.final', 'turn.ended']);
    }
  });

  it('hears a call at all whose Deepgram refuses it', async () => {
    const audio = Buffer.concat([silence(300), await synthesise('What is our refund policy?'), silence(2000)]);
    const { texts, outcomes } = await hear(audio, 1, { handshake: { status: 401 } });
    expect(texts).toEqual(['what is our refund policy']);
    expect(outcomes).toMatchObject([{ code: 'unauthorized', next: 'pocketsphinx', replayedMs: expect.any(Number) }]);
  });

  it('goes on in the middle of a sentence of which Deepgram had settled the beginning', async () => {
    const speech = Buffer.concat([silence(500), await synthesise('What is our refund policy?'), silence(2000)]);
    const whole = await hear(speech, 1, { handshake: 'refuse' });
    const words = whole.finals.flatMap((final) => final.words);
    const settledTo = (words.find(({ text }) => text === 'is')?.endMs ?? 0) / 1000;
    const settled = {
      type: 'Results',
      channel_index: [0, 1],
      start: 0,
      duration: settledTo,
      is_final: true,
      speech_final: false,
      channel: {
        alternatives: [
          {
            transcript: 'What is',
            confidence: 1,
            words: [
              { word: 'what', punctuated_word: 'What', start: settledTo - 0.2, end: settledTo - 0.1, confidence: 1 },
              { word: 'is', start: settledTo - 0.1, end: settledTo, confidence: 1 },
            ],
          },
        ],
      },
    };
    const atMs = settledTo * 1000 + 100;
    const { texts } = await hear(speech, 1, {
      script: [{ atMs, send: settled }],
      fault: { kind: 'destroy', afterAudioMs: atMs + 300 },
    });
    expect(texts).toEqual(['what is', 'our refund policy']);
  });
});
