// Whole calls over SIP by baresip, a telephone that nobody here wrote: its microphone is a file that the local voice has spoken,
// and what it writes of the answer is recognised again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { G711_SAMPLE_RATE } from '../../src/audio/g711.js';
import { bytesOf, levelDbfs, samplesOf } from '../../src/audio/pcm16.js';
import { SipEndpoint } from '../../src/gateway/sip/sip-endpoint.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { hear, synthesise } from '../speech/hear.js';
import { SipPhone } from '../support/sip-phone.js';
import type { SipPhoneOptions } from '../support/sip-phone.js';
import { CallWatcher } from '../support/call-watcher.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { AGENT_ANSWERS, convert, VOICE_RATE } from '../support/telephone-speech.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that others work on too.
jest.setTimeout(180_000);
const BYTES_PER_MS = (2 * G711_SAMPLE_RATE) / 1000;
const PASSWORD = 'a-long-secret';

const spoken = async (text: string): Promise<Uint8Array> =>
  convert(await synthesise(text, 'rms'), VOICE_RATE, G711_SAMPLE_RATE);
const SILENCE = new Uint8Array(2);
/** How long the agent's greeting is, about. */
const GREETING_MS = 3300;
/** How much more is listened to when all has been sent. */
const AFTER_MS = 1000;
/** How much of its answer is listened to: its first sentence, and how long that takes to come. */
const ANSWER_MS = 10_000;
/** Levels of a line's noise, samples. */
const NOISES = [0, 5, 12];

function withNoise(pcm: Uint8Array, most: number): Uint8Array {
  let seed = 1;
  return bytesOf(
    samplesOf(pcm).map((sample) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.max(-32_768, Math.min(32_767, sample + (seed % (2 * most + 1)) - most));
    }),
  );
}

describeWith(['pocketsphinx', 'baresip'])('a call over SIP', () => {
  const watcher = new CallWatcher();
  let app: ParleyApp;
  let port: number;
  let ears: PocketsphinxStt;
  let folder: string;

  beforeAll(async () => {
    port = await freePort();
    app = await ParleyApp.start({
      env: {
        SIP_PORT: String(port),
        SIP_HOST: '127.0.0.1',
        SIP_USERS: `tester:${PASSWORD}`,
        SIP_USER: 'demo',
      },
      rewire: (module) => watcher.watches(module),
    });
    folder = mkdtempSync(join(tmpdir(), 'parley-ears-'));
    ears = new PocketsphinxStt({ dataDir: folder, domain: AGENT_ANSWERS });
  });
  afterAll(async () => {
    ears.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (options: Omit<SipPhoneOptions, 'port'>): Promise<SipPhone> =>
    SipPhone.call({ port, password: PASSWORD, ...options });
  /** The model of these ears is made for 16 kHz: it listens three times, each with another noise, as over other lines. */
  const understood = async (pcm: Uint8Array): Promise<string> => {
    const heard: string[] = [];
    for (const noise of NOISES) {
      heard.push(await hear(ears, convert(withNoise(pcm, noise), G711_SAMPLE_RATE, VOICE_RATE)));
    }
    return heard.join(' / ');
  };
  const nothingIsLeft = (): Promise<void> =>
    waitFor(async () => {
      const { dialogs, ports } = app.app.get(SipEndpoint).held;
      return dialogs + ports + (await app.activeSessions()) === 0;
    }, 1000);

  it.each([
    ['pcmu', 'udp'],
    ['pcma', 'tcp'],
  ] as const)('greets in %s over %s, and is gone when the caller is', async (codec, transport) => {
    const phone = await call({ speech: SILENCE, after: 60, codec, transport });
    try {
      await watcher.until(() => watcher.of('response.completed').length > 0);
      // The last of it is still on the line, and in baresip's own buffers.
      const sent = phone.heard().length;
      await waitFor(() => phone.heard().length > sent + AFTER_MS * BYTES_PER_MS);
      expect(levelDbfs(phone.heard())).toBeGreaterThan(-30);
      // The ears trip over the constant that is A-law's silence; its samples are held to by rtp-stream.spec.ts.
      if (codec === 'pcmu') expect(await understood(phone.heard())).toMatch(/julia how can i help you/);
      phone.hangUp();
      await waitFor(() => watcher.of('session.ended').length > 0, 1000);
      await nothingIsLeft();
      expect(watcher.of('session.ended')[0]).toMatchObject({ reason: 'client' });
    } finally {
      await phone.end();
    }
  });

  it('answers a spoken question, with the number typed', async () => {
    const question = await spoken('Show me the transactions');
    const phone = await call({ speech: question, before: 7, after: 120 });
    try {
      await watcher.until(() => watcher.of('turn.ended').length > 0);
      await watcher.until(() => watcher.of('response.completed').length > 1);
      const before = phone.heard().length;
      await phone.press('5001#');
      await watcher.until(() => phone.heard().length - before > ANSWER_MS * BYTES_PER_MS);
      const [said, typed] = watcher.of('turn.ended').map(({ text }) => text);
      // The keyless recogniser hears badly over a telephone (docs/telephone.md).
      expect(said).toMatch(/show|transactions/);
      expect(typed).toBe('5001');
      expect(watcher.of('tool.started').at(-1)).toMatchObject({
        name: 'query_transactions',
        arguments: { client_id: 5001 },
      });
      expect(await understood(phone.heard().subarray(before))).toMatch(/one hundred thirty transactions/);
      expect(watcher.of('error')).toEqual([]);
      phone.hangUp();
      await nothingIsLeft();
    } finally {
      await phone.end();
    }
  });

  it('stands still while it is on hold, and goes on when the caller is back', async () => {
    const phone = await call({ speech: SILENCE, after: 60 });
    try {
      await waitFor(() => levelDbfs(phone.heard()) > -60, 10_000);
      phone.hold();
      const before = phone.heard().length;
      // Longer than the greeting: on an open line it would be over.
      await new Promise((resolve) => setTimeout(resolve, GREETING_MS + 1000));
      expect(watcher.of('response.completed')).toEqual([]);
      expect((phone.heard().length - before) / BYTES_PER_MS).toBeLessThan(1000);
      const resumedAt = performance.now();
      phone.resume();
      await watcher.until(() => watcher.of('response.completed').length > 0);
      // What had not been said before is said now, at the pace of speech.
      expect(performance.now() - resumedAt).toBeGreaterThan(GREETING_MS / 4);
      expect(watcher.of('response.completed')[0]?.text).toMatch(/How can I help you/);
      phone.hangUp();
      await nothingIsLeft();
    } finally {
      await phone.end();
    }
  });
});
