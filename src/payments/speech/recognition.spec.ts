import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO, VOICES, spokenWords } from '../../../test/speech/corpus.js';
import { hear, synthesise } from '../../../test/speech/hear.js';
import { describeWith } from '../../../test/support/needs.js';
import { withSharedModels } from '../../../test/support/speech-models.js';
import { PocketsphinxStt } from '../../stt/pocketsphinx/pocketsphinx-stt.js';
import { SPEECH } from './domain.js';

/** Share of the sentences that must come out word for word. `scripts/recognition.ts` measures more of them. */
const WORD_FOR_WORD = 0.8;

describeWith(['pocketsphinx'])('pocketsphinx hears what every deployment checks', () => {
  let stt: PocketsphinxStt;
  let folder: string;
  let exact = 0;
  beforeAll(async () => {
    folder = withSharedModels(mkdtempSync(join(tmpdir(), 'parley-recognition-')));
    stt = new PocketsphinxStt({ dataDir: folder, domain: SPEECH });
    await stt.warmUp();
  }, 60_000);
  afterAll(() => {
    stt.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(VOICES)(
    'in voice %s, each sentence in a call of its own',
    async (voice) => {
      const misheard: string[] = [];
      for (const utterance of DEMO) {
        const heard = await hear(stt, await synthesise(utterance.say, voice));
        if (!utterance.means.test(heard)) misheard.push(`${utterance.say} -> ${heard}`);
        if (heard === spokenWords(utterance)) exact += 1;
      }
      expect(misheard).toEqual([]);
    },
    120_000,
  );

  it('mostly word for word', () => {
    expect(exact / (DEMO.length * VOICES.length)).toBeGreaterThanOrEqual(WORD_FOR_WORD);
  });
});
