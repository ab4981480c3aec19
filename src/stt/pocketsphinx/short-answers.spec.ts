// Answers of a word or two to a question for a yes or a no, as real speech: see docs/speech.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { DOMAIN } from '../../../test/speech/domain.js';
import { synthesise } from '../../../test/speech/hear.js';
import { LIKELY } from '../../../test/speech/likely.js';
import { NOISES, toPcm } from '../../../test/speech/sounds.js';
import { describeWith } from '../../../test/support/needs.js';
import { withSharedModels } from '../../../test/support/speech-models.js';
import type { FliteVoice } from '../../flite/flite.js';
import type { SttStream } from '../stt.port.js';
import { PocketsphinxStt } from './pocketsphinx-stt.js';

// Two cores that ten others work on too.
const PATIENCE_MS = 110_000;
jest.setTimeout(PATIENCE_MS + 10_000);

const RATE = 16_000;
const silence = (ms: number): Uint8Array => new Uint8Array((ms * RATE * 2) / 1000);

describeWith(['pocketsphinx'])('short answers', () => {
  const folder = withSharedModels(mkdtempSync(join(tmpdir(), 'parley-sphinx-')));
  const stt = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN, warmProcesses: 1, finalTimeoutMs: PATIENCE_MS });
  afterAll(() => {
    stt.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is heard of each, in one call, between two sentences; '' of what was taken for a cough. */
  async function heard(voice: FliteVoice, said: readonly (string | Uint8Array)[], asked = true): Promise<string[]> {
    const sounds = [await synthesise('What transactions does client five thousand and one have?', voice)];
    for (const one of said) sounds.push(typeof one === 'string' ? await synthesise(one, voice) : one);
    sounds.push(await synthesise('What is our refund policy?', voice));
    const finals: { text: string; audioMs: number }[] = [];
    const starts: number[] = [];
    let stream: SttStream | undefined;
    await new Promise<void>((resolve, reject) => {
      const answers = () => (asked ? LIKELY : undefined);
      const opened = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [], answers }, (event) => {
        if (event.type === 'failed') reject(event.error);
        if (event.type !== 'transcript.final') return;
        finals.push(event);
        if (event.audioMs > (starts.at(-1) ?? Infinity) && starts.length === sounds.length) resolve();
      });
      stream = opened;
      let ms = 0;
      const push = (pcm: Uint8Array): void => {
        for (let at = 0; at < pcm.length; at += 640) opened.push(pcm.subarray(at, at + 640));
        ms += pcm.length / 32;
      };
      push(silence(500));
      for (const sound of sounds) {
        starts.push(ms);
        push(sound);
        push(silence(1500));
      }
    }).finally(() => stream?.abort());
    return starts
      .slice(1, -1)
      .map((from, at) =>
        finals
          .flatMap(({ text, audioMs }) => (audioMs > from && audioMs < (starts[at + 2] ?? Infinity) ? [text] : []))
          .join(' '),
      );
  }

  it.each(['slt', 'rms', 'awb'] as const)('hears the refusals of voice %s', async (voice) => {
    const refusals = ['No.', 'Nope.', 'No thanks.', 'Stop.', 'Cancel.'];
    const found = await heard(voice, refusals);
    expect(found.filter((text) => !/^(no|nope|no thanks|stop( it)?|cancel)$/.test(text))).toEqual([]);
  });

  it('takes no yes for a refusal, and makes none up', async () => {
    const said = ['Yes.', 'Okay.', 'Us.', 'May.', 'Help.', 'Chess.', 'Today.', 'What is it?'];
    const asked = await heard('awb', said);
    const isYes = (text: string) => LIKELY.yes.includes(text);
    expect(asked.filter((text) => LIKELY.no.includes(text))).toEqual([]);
    expect(asked.map(isYes)).toEqual((await heard('awb', said, false)).map(isYes));
  });

  it('hears none in coughs and doors', async () => {
    const noises = ['coughs without voice', 'thuds (door, table)'].map(
      (name) => NOISES[name]?.() ?? new Float32Array(0),
    );
    expect(
      (
        await heard(
          'slt',
          noises.map((noise) => toPcm(noise)),
        )
      ).join(' '),
    ).not.toMatch(/\b(no|nope|stop|cancel|never|don't)\b/);
  });
});
