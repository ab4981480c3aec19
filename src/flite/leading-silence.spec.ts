// What the cut of a voice's leading silence leaves of real voices: flite's, as they speak sounds that begin softly.
import { LeadingSilence } from '../audio/leading-silence.js';
import { bytesOf, meanPower, powerToDbfs, samplesOf } from '../audio/pcm16.js';
import { Flite } from './flite.js';

const WORDS = [
  'Fish',
  'First',
  'See',
  'Six',
  'He',
  'House',
  'Heard',
  'Hundred',
  'Shall',
  'Think',
  'Thirty',
  'Pay',
  'Client',
  'Zero',
];
/** What is cut may be so much louder than the voice's own noise, dB: its peaks. */
const NOISE_PEAK_DB = 6;
const STEP_MS = 10;

describe.each(['slt', 'rms', 'awb'] as const)('the leading silence of flite’s %s', (voice) => {
  const flite = new Flite();
  afterAll(() => flite.close());

  it.each(WORDS)('is cut, and the onset of "%s" is not', async (word) => {
    const { pcm, sampleRate } = await flite.speak({ text: `${word} is it.`, voice });
    // Ten times more softly, too.
    for (const gain of [1, 0.1]) isCut(bytesOf(samplesOf(pcm).map((sample) => sample * gain)), sampleRate);
  });

  function isCut(pcm: Uint8Array, sampleRate: number): void {
    const silence = new LeadingSilence(sampleRate);
    const sound = silence.push(pcm);
    expect(sound).toBeDefined();
    // A tenth of a second at least is won.
    expect(silence.cutMs).toBeGreaterThan(50);
    expect(silence.soundAtMs).toBeLessThan(350);
    const step = (sampleRate * STEP_MS) / 1000;
    const cut = samplesOf(pcm).subarray(0, Math.round((silence.cutMs * sampleRate) / 1000));
    const levels = Array.from({ length: Math.floor(cut.length / step) }, (_, n) =>
      powerToDbfs(meanPower(cut, n * step, (n + 1) * step)),
    );
    // rms's is digital silence, nearly: there the beginning of a breath is 20 dB louder, and cannot be heard.
    const floor = Math.max(-72, ...levels.slice(0, 5));
    for (const level of levels) expect(level).toBeLessThan(floor + NOISE_PEAK_DB);
  }
});
