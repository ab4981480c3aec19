import { rms } from '../client/audio/pcm.js';
import { CALLER_VOICES, endSynthesis, synthesize } from './synthetic-caller.js';
import { speakable } from './synthetic-caller/speakable.js';

describe('speakable text', () => {
  it.each([
    ['Send those transactions to john@example.com', 'Send those transactions to john at example dot com'],
    [
      'Mail it to mary-ann.o_neil+bank@mail.example.co.uk, please.',
      'Mail it to mary dash ann dot o underscore neil plus bank at mail dot example dot co dot uk, please.',
    ],
    ['  What is  our\nrefund policy? ', 'What is our refund policy?'],
    ['Meet @ 5. Client 5001 - yes.', 'Meet @ 5. Client 5001 - yes.'],
  ])('says %j', (written, spoken) => {
    expect(speakable(written)).toBe(spoken);
  });
});

describe('the synthetic caller', () => {
  afterAll(endSynthesis);

  it.each(CALLER_VOICES)('speaks as %s, and stops shortly after the last sound', async (voice) => {
    const { sampleRate, samples } = await synthesize('What is our refund policy?', voice);
    expect(sampleRate).toBe(16_000);
    expect(samples.length / sampleRate).toBeGreaterThan(1);
    expect(rms(samples)).toBeGreaterThan(500);
    // 60 ms of tail, of which nothing is loud.
    const tail = samples.subarray(-Math.round(0.06 * sampleRate) + 1);
    expect(Math.max(...[...tail].map(Math.abs))).toBeLessThanOrEqual(500);
    expect(rms(samples.subarray(-1600, -960))).toBeGreaterThan(20);
  });

  it('refuses a text that it could not say in one piece', async () => {
    await expect(synthesize('and so on '.repeat(500), 'slt')).rejects.toThrow('too long to be spoken in one piece');
  });

  it('takes text that looks like an option or a command as text', async () => {
    const { samples } = await synthesize('-o /tmp/x; $(reboot) `id`', 'slt');
    expect(rms(samples)).toBeGreaterThan(500);
  });
});
