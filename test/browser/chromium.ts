import { writeFileSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';
import { encodeWav } from '../../client/node/wav.js';

/** Debian's own, which the tests' preparation installs. */
const PROGRAM = '/usr/bin/chromium';

/**
 * A browser that grants the microphone, which plays these samples once from each time that it is opened, and silence after
 * them. `file` is written.
 */
export async function browserThatHears(samples: Int16Array, sampleRate: number, file: string): Promise<BrowserContext> {
  writeFileSync(file, encodeWav({ sampleRate, channels: 1, samples }));
  const browser = await chromium.launch({
    executablePath: PROGRAM,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}%noloop`,
    ],
  });
  // One for all pages, which share what they have loaded.
  return browser.newContext();
}
