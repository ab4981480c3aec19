/** PCM16 mono that counts as speech for the simulators: a sine of 220 Hz at a third of full scale. `ms` milliseconds long. */
export function tone(ms: number, sampleRate: number): Buffer {
  const samples = Math.round((ms * sampleRate) / 1000);
  const audio = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at += 1) {
    audio.writeInt16LE(Math.round(11_000 * Math.sin((2 * Math.PI * 220 * at) / sampleRate)), at * 2);
  }
  return audio;
}

/** PCM16 mono silence, `ms` milliseconds long. */
export function silence(ms: number, sampleRate: number): Buffer {
  return Buffer.alloc(Math.round((ms * sampleRate) / 1000) * 2);
}
