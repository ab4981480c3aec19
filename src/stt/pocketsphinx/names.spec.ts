// Names that one call has, heard through classes of the language model.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hear, synthesise } from '../../../test/speech/hear.js';
import { describeWith } from '../../../test/support/needs.js';
import type { SpeechDomain } from '../domain.port.js';
import { PocketsphinxStt } from './pocketsphinx-stt.js';

const DOMAIN: SpeechDomain = {
  sections: [
    {
      weight: 26,
      templates: [
        'how much did {person name} spend at {shop name}',
        "what are {person name}'s payments [at {shop name}]",
        'how much did client {number} spend',
      ],
    },
  ],
  slots: { number: ['one', 'two', 'three'] },
  numbers: {},
  keyTerms: [],
  names: ['person', 'shop'],
};
const NAMES = { person: ['Elena Ruiz', 'Zbigniew Wójcik', 'Grace', '123 !'], shop: ['Trattoria Sole', 'Grace'] };

describeWith(['pocketsphinx'])('pocketsphinx and the names of a call', () => {
  let stt: PocketsphinxStt;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-names-'));
    stt = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN });
    await stt.warmUp();
  }, 60_000);
  afterAll(() => {
    stt.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('hears names that no dictionary has, whoever else they belong to, and writes none of them down', async () => {
    const said = ['How much did Elena Ruiz spend at Trattoria Sole?', "What are Grace's payments at Grace?"];
    const heard: string[] = [];
    for (const text of said) heard.push(await hear(stt, await synthesise(text), NAMES));
    expect(heard[0]).toBe('how much did elena ruiz spend at trattoria sole');
    // Whoever is called like a shop is heard, too: a word is in one class.
    expect(heard[1]).toContain("grace's payments");
    const made = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const text = made.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('');
    expect(text).not.toMatch(/trattoria|zbigniew/);
  }, 60_000);

  it('leaves a call of another caller without them', async () => {
    const heard = await hear(stt, await synthesise('How much did Elena Ruiz spend at Trattoria Sole?'));
    expect(heard).not.toContain('trattoria');
  }, 60_000);
});
