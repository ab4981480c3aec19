import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VOICES } from '../../../test/speech/corpus.js';
import { DOMAIN } from '../../../test/speech/domain.js';
import { synthesise } from '../../../test/speech/hear.js';
import { atLevel, fromPcm, mixed, pink, toPcm } from '../../../test/speech/sounds.js';
import { sttContract } from '../../../test/contract/stt.contract.js';
import { describeWith } from '../../../test/support/needs.js';
import type { SttEvent } from '../stt.port.js';
import { PocketsphinxStt } from './pocketsphinx-stt.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-sphinx-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silence = (ms: number): Buffer => Buffer.alloc(ms * 32);

describeWith(['pocketsphinx'])('pocketsphinx', () => {
  sttContract('pocketsphinx', async () => {
    const stt = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN, warmProcesses: 1 });
    return {
      stt,
      sampleRate: 16_000,
      speech: await synthesise('What is our refund policy?'),
      expected: /what is our refund policy/,
      wordTimings: true,
      unreachable: () => new PocketsphinxStt({ dataDir: folder, modelDir: '/nowhere' }),
      close: () => {
        stt.close();
        return Promise.resolve();
      },
    };
  });

  describe('on real speech', () => {
    let stt: PocketsphinxStt;
    beforeAll(() => {
      stt = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN, warmProcesses: 1 });
    });
    afterAll(() => stt.close());

    /** Pushes the audio as fast as it is taken; resolves with the events up to the n-th end of turn. */
    const hear = (audio: Buffer, turns = 1): Promise<SttEvent[]> =>
      new Promise((resolve, reject) => {
        const events: SttEvent[] = [];
        const unfinished = (text: string) => text.endsWith(' to');
        const stream = stt.open({ sampleRate: 16_000, language: 'en-US', keyTerms: [], unfinished }, (event) => {
          events.push(event);
          if (event.type === 'failed') reject(event.error);
          if (events.filter(({ type }) => type === 'turn.ended').length < turns) return;
          stream.abort();
          resolve(events);
        });
        for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
      });

    const words = (events: readonly SttEvent[]): string =>
      events.flatMap((event) => (event.type === 'transcript.final' ? [event.text] : [])).join(' ');

    it.each(VOICES)('understands voice %s and says so while it is still speaking', async (voice) => {
      const events = await hear(
        Buffer.concat([
          silence(500),
          await synthesise('What transactions does client five thousand and one have?', voice),
          silence(2000),
        ]),
      );
      expect(words(events)).toMatch(/transactions does client five thousand (and )?one/);
      const types = events.map(({ type }) => type);
      expect(types[0]).toBe('speech.started');
      expect(types.filter((type) => type === 'transcript.partial').length).toBeGreaterThan(2);
      expect(types.indexOf('transcript.partial')).toBeLessThan(types.indexOf('transcript.final'));
      expect(types.at(-1)).toBe('turn.ended');
    });

    it('waits longer when the words dangle, and makes one turn of both halves', async () => {
      const events = await hear(
        Buffer.concat([
          silence(300),
          await synthesise('Send those transactions to'),
          silence(900),
          await synthesise('john at example dot com'),
          silence(2500),
        ]),
      );
      expect(events.filter(({ type }) => type === 'turn.ended')).toHaveLength(1);
      expect(words(events)).toContain('john at example dot com');
    });

    it('begins with the first word where a noise is there before it', async () => {
      const say = fromPcm(await synthesise('What transactions does client five thousand and one have?'));
      const noise = atLevel(pink(7000), -40);
      const events = await hear(
        Buffer.concat([silence(500), toPcm(mixed(noise, atLevel(say, -20), 1500)), silence(2500)]),
      );
      expect(words(events)).toMatch(/^what transactions/);
    });

    it('hears nothing in noise', async () => {
      const noise = Buffer.from(Int16Array.from({ length: 16_000 * 2 }, (_, n) => ((n * 7919) % 2000) - 1000).buffer);
      const events = await hear(
        Buffer.concat([
          silence(500),
          noise,
          silence(3000),
          await synthesise('What is our refund policy?'),
          silence(2000),
        ]),
      );
      expect(words(events)).toMatch(/policy$/);
    });
  });
});
