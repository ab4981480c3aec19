import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { FakeVoice } from '../../test/fakes/providers.js';
import { waitFor } from '../../test/support/wait-for.js';
import { FliteTts } from '../tts/flite/flite-tts.js';
import { Apologies } from './apologies.js';

describe('apologies', () => {
  let folder: string;
  let clock: ManualClock;
  let tts: FakeVoice;
  let warnings: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-apologies-'));
    clock = new ManualClock();
    tts = new FakeVoice(clock);
    warnings = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const apologies = (retryMs = 60_000) =>
    new Apologies({ folder, retryMs, log: { warn: (message) => void warnings.push(message) } });
  const sorry = () => ({ text: 'Sorry.', tts, voice: { voice: 'v', language: 'en-US' } });
  /** The fake voice speaks on the manual clock, the files are read on the real one. */
  const settled = async (store: Apologies) => {
    let done = false;
    void store.settled().then(() => (done = true));
    await waitFor(async () => {
      await clock.advance(100);
      return done;
    });
  };

  it('are spoken once, and are there at every rate', async () => {
    const store = apologies();
    expect(store.audio(sorry(), 16_000)).toBeUndefined();
    await settled(store);
    // 6 characters of 50 ms.
    expect(store.audio(sorry(), 16_000)).toHaveLength(300 * 16 * 2);
    expect(store.audio(sorry(), 8000)).toHaveLength(300 * 8 * 2);
    expect(tts.spoken).toEqual(['Sorry.']);
  });

  it('are spoken in English by a voice that has no sounds for their script', async () => {
    const store = apologies();
    const flite = new FliteTts();
    const inChinese = { text: '对不起，出了点问题。', tts: flite, voice: { voice: '', language: 'zh' } };
    store.prepare(inChinese);
    await store.settled();
    expect(store.audio(inChinese, 24_000)?.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
    await flite.close();
  });

  it('outlive the process, so that they are there while no voice is', async () => {
    const before = apologies();
    before.prepare(sorry());
    await settled(before);
    tts.failing = true;
    const after = apologies();
    after.prepare(sorry());
    await settled(after);
    expect(after.audio(sorry(), 24_000)).toHaveLength(300 * 24 * 2);
    expect(tts.spoken).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('that cannot be spoken are said to be missing, and tried again later', async () => {
    tts.failing = true;
    const patient = apologies();
    patient.prepare(sorry());
    await settled(patient);
    patient.prepare(sorry());
    await settled(patient);
    expect(warnings).toEqual(['The apology cannot be spoken ahead with fake: It broke.']);
    const eager = apologies(0);
    eager.prepare(sorry());
    await settled(eager);
    tts.failing = false;
    eager.prepare(sorry());
    await settled(eager);
    expect(eager.audio(sorry(), 24_000)).toBeDefined();
    expect(tts.open_).toBe(0);
  });

  it('of another voice or other words are others', async () => {
    const store = apologies();
    store.prepare(sorry());
    store.prepare({ ...sorry(), text: 'So sorry.' });
    store.prepare({ ...sorry(), voice: { voice: 'w', language: 'en-US' } });
    await settled(store);
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
