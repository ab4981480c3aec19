// Whole calls over SIP by baresip, a telephone that nobody here wrote: its microphone is a file that the local voice has spoken,
// and what it writes of the answer is recognised again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { G711_SAMPLE_RATE } from '../../src/audio/g711.js';
import { levelDbfs } from '../../src/audio/pcm16.js';
import { SipEndpoint } from '../../src/gateway/sip/sip-endpoint.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { hearAgain, synthesise } from '../speech/hear.js';
import { SipPhone } from '../support/sip-phone.js';
import type { SipPhoneOptions } from '../support/sip-phone.js';
import { CallWatcher } from '../support/call-watcher.js';
import { freePort } from '../support/free-port.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { DEMO_COUNT } from '../support/demo-answer.js';
import { AGENT_ANSWERS, convert, VOICE_RATE } from '../support/telephone-speech.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that others work on too.
jest.setTimeout(180_000);
const BYTES_PER_MS = (2 * G711_SAMPLE_RATE) / 1000;
const PASSWORD = 'a-long-secret';

const spoken = async (text: string): Promise<Uint8Array> =>
  convert(await synthesise(text, 'rms'), VOICE_RATE, G711_SAMPLE_RATE);
/** How long the agent's greeting is, about. */
const GREETING_MS = 3300;
/** How much more is listened to when all has been sent. */
const AFTER_MS = 1000;
/** How much of its answer is listened to, before it is talked over: its first sentence, and how long that takes to come. */
const ANSWER_MS = 10_000;
/** From the caller's words to silence: until they are noticed, and what is under way then. */
const SILENT_AFTER_MS = 1000;
/** How much of the next answer is listened to. */
const NEXT_MS = 2000;

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

  const call = (options: Omit<SipPhoneOptions, 'port'> = {}): Promise<SipPhone> =>
    SipPhone.call({ port, password: PASSWORD, ...options });
  const understood = (pcm: Uint8Array): Promise<string> => hearAgain(ears, convert(pcm, G711_SAMPLE_RATE, VOICE_RATE));
  const nothingIsLeft = (): Promise<void> =>
    waitFor(async () => {
      const { dialogs, ports } = app.app.get(SipEndpoint).held;
      return dialogs + ports + (await app.activeSessions()) === 0;
    }, 1000);

  it.each([
    ['pcmu', 'udp'],
    ['pcma', 'tcp'],
  ] as const)('greets, answers, falls silent when it is talked over, and is gone: %s, %s', async (codec, transport) => {
    const [question, interruption] = await Promise.all([
      spoken('Show me the transactions'),
      spoken('What is our refund policy?'),
    ]);
    const phone = await call({ codec, transport });
    try {
      await watcher.until(() => watcher.of('response.completed').length > 0);
      // The last of it is still on the line, and in baresip's own buffers.
      const sent = phone.heard().length;
      await waitFor(() => phone.heard().length > sent + AFTER_MS * BYTES_PER_MS);
      const greeting = phone.heard();

      phone.say(question);
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

      const talkedOver = phone.heard().length;
      const replies = watcher.of('response.started').length;
      phone.say(interruption);
      await watcher.until(() => watcher.of('response.started').length > replies);
      const next = phone.heard().length;
      await watcher.until(() => watcher.of('response.completed').length > 2);
      await waitFor(() => phone.heard().length > next + NEXT_MS * BYTES_PER_MS);
      const heard = phone.heard();
      const { responseId } = watcher.of('response.interrupted')[0] ?? {};
      expect(responseId).toBe(watcher.of('response.started')[replies - 1]?.responseId);
      const silence = heard.subarray(talkedOver + SILENT_AFTER_MS * BYTES_PER_MS, next);
      expect(silence.length / BYTES_PER_MS).toBeGreaterThan(300);
      expect(levelDbfs(silence)).toBeLessThan(-60);
      expect(levelDbfs(heard.subarray(next))).toBeGreaterThan(-30);
      expect(watcher.of('error')).toEqual([]);

      phone.hangUp();
      await waitFor(() => watcher.of('session.ended').length > 0, 1000);
      await nothingIsLeft();
      expect(watcher.of('session.ended')[0]).toMatchObject({ reason: 'client' });
      expect(await understood(greeting)).toMatch(/julia how can i help you/);
      expect(await understood(heard.subarray(before, talkedOver))).toMatch(`${DEMO_COUNT} transactions`);
    } finally {
      await phone.end();
    }
  });

  it('stands still while it is on hold, and goes on when the caller is back', async () => {
    const phone = await call();
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
