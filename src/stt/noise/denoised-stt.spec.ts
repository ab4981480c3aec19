import { describeWith } from '../../../test/support/needs.js';
import { NoiseBed } from '../../../test/speech/noise-bed.js';
import { samplesOf } from '../../audio/pcm16.js';
import type { SpeechToText, SttEvent, SttListener } from '../stt.port.js';
import { denoised } from './denoised-stt.js';

/** Keeps what it is given; `events` are told by hand. */
function recogniser(more: Partial<SpeechToText> = {}) {
  const audio: Uint8Array[] = [];
  const log: string[] = [];
  let tell: SttListener = () => undefined;
  const stt: SpeechToText = {
    name: 'ears',
    model: 'm1',
    endpointing: true,
    ...more,
    open: (_options, listener) => {
      tell = listener;
      return {
        push: (chunk) => void audio.push(Uint8Array.from(chunk)),
        finalize: () => log.push('finalize'),
        close: () => log.push('close'),
        abort: () => log.push('abort'),
      };
    },
  };
  return { stt, audio, log, tell: (event: SttEvent) => tell(event) };
}
const OPTIONS = { sampleRate: 16_000, language: 'en-US', keyTerms: [] };

describeWith(['sox'])('a recogniser without noise', () => {
  it('is the same one to everybody, and hears less noise', () => {
    const ears = recogniser();
    const clean = denoised(ears.stt);
    expect(clean).toMatchObject({ name: 'ears', model: 'm1', endpointing: true });
    const events: SttEvent[] = [];
    const stream = clean.open(OPTIONS, (event) => events.push(event));
    expect('suspend' in stream).toBe(false);
    const noise = new NoiseBed(0);
    noise.under(new Uint8Array(Int16Array.from({ length: 160 }, () => 3000).buffer));
    const given = noise.alone(2 * 32_000);
    for (let at = 0; at < given.length; at += 640) stream.push(given.subarray(at, at + 640));
    stream.finalize();
    stream.close();
    stream.close();
    const heard = samplesOf(Buffer.concat(ears.audio));
    // Once more by what was still under way at the end.
    expect(heard.length).toBe(32_000 + 320);
    const power = (samples: Int16Array) => samples.reduce((sum, sample) => sum + sample * sample, 0);
    expect(power(heard.subarray(16_000))).toBeLessThan(power(samplesOf(given).subarray(16_000)) / 30);
    ears.tell({ type: 'closed' });
    expect([events, ears.log]).toEqual([[{ type: 'closed' }], ['finalize', 'close', 'close']]);
  });

  it('is left alone where the caller’s device recognises', () => {
    const { stt } = recogniser({ takesTranscripts: true });
    expect(denoised(stt)).toBe(stt);
  });

  it('frees what it holds when it is aborted or fails', () => {
    const ears = recogniser();
    denoised(ears.stt)
      .open(OPTIONS, () => undefined)
      .abort();
    const before = process.memoryUsage().external;
    for (let call = 0; call < 3000; call += 1) {
      const stream = denoised(ears.stt).open(OPTIONS, () => undefined);
      if (call % 2 === 0) stream.abort();
      else ears.tell({ type: 'closed' });
    }
    // Without that it grows by 50 MB.
    expect(process.memoryUsage().external - before).toBeLessThan(15e6);
  });
});
