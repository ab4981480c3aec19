import puppeteer, { type Browser } from 'puppeteer-core';
import { toFloat32 } from '../../client/audio/pcm.js';

/** Debian's own, which the tests' preparation installs. */
const PROGRAM = '/usr/bin/firefox-esr';

/** A Firefox that grants the microphone and plays sound without a click. Driven by WebDriver BiDi, which it speaks itself. */
export const firefox = (): Promise<Browser> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: PROGRAM,
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.navigator.streams.fake': true,
      'media.autoplay.default': 0,
      // Nothing leaves the machine.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });

/**
 * A script for before the page's own: Firefox's pretended microphone only hums, so the page gets one that these samples are
 * played into, from each time that it is opened.
 */
export function microphoneThatHears(samples: Int16Array, sampleRate: number): string {
  const bytes = Buffer.from(toFloat32(samples).buffer).toString('base64');
  return `{
    const samples = new Float32Array(Uint8Array.from(atob('${bytes}'), (letter) => letter.charCodeAt(0)).buffer);
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const buffer = context.createBuffer(1, samples.length, ${sampleRate});
      buffer.copyToChannel(samples, 0);
      const source = new AudioBufferSourceNode(context, { buffer });
      const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      source.connect(microphone);
      source.start();
      return microphone.stream;
    };
  }`;
}
