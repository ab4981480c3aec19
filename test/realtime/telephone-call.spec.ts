// Whole calls by telephone: Twilio simulated on its real wire, mu-law speech at real time over a line that loses frames and
// holds them back, recognised and spoken by the programs of this machine.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { levelDbfs } from '../../src/audio/pcm16.js';
import { packageRoot } from '../../src/database/package-root.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { hearAgain } from '../speech/hear.js';
import { TwilioCall } from '../simulators/twilio.js';
import type { DialOptions, TwilioAccount } from '../simulators/twilio.js';
import { CallWatcher } from '../support/call-watcher.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { DEMO_COUNT, DEMO_LATEST } from '../support/demo-answer.js';
import { AGENT_ANSWERS, fromLine, saidOnTheLine } from '../support/telephone-speech.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);
const AUTH_TOKEN = 'f00d'.repeat(8);
const PUBLIC_ORIGIN = 'https://voice.example.test';

/** How often a caller says the same before he gives up. */
const SAID_AGAIN = 4;

describeWith(['pocketsphinx'])('a call by telephone', () => {
  const watcher = new CallWatcher();
  let app: ParleyApp;
  let account: TwilioAccount;
  let ears: PocketsphinxStt;
  let folder: string;

  beforeAll(async () => {
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({
      agents: { quiet: julia.replace(/^greeting: .*$/m, "greeting: ''") },
      env: { PUBLIC_ORIGIN, TWILIO_AUTH_TOKEN: AUTH_TOKEN, TWILIO_USER: 'demo' },
      rewire: (module) => watcher.watches(module),
    });
    account = { server: app.http, publicOrigin: PUBLIC_ORIGIN, authToken: AUTH_TOKEN };
    folder = mkdtempSync(join(tmpdir(), 'parley-ears-'));
    ears = new PocketsphinxStt({ dataDir: folder, domain: AGENT_ANSWERS });
  });
  afterAll(async () => {
    ears.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const dial = (agent: string, options: DialOptions = {}): Promise<TwilioCall> => {
    watcher.events = [];
    return TwilioCall.dial(account, { webhook: `/v1/twilio/voice?agent=${agent}`, ...options });
  };

  it('answers a question from the records, over a bad line, so that it can be understood', async () => {
    const question = await saidOnTheLine('Show me the transactions', 'rms');
    const call = await dial('quiet', { loss: 0.01, jitterMs: 120 });
    const asked = (): boolean => watcher.of('tool.started').some(({ name }) => name === 'query_transactions');
    try {
      let answerFrom = 0;
      // The keyless recogniser hears badly over a telephone (docs/telephone.md): its caller says it again, and types the number.
      for (let said = 1; said <= SAID_AGAIN && !asked(); said += 1) {
        await call.say(question);
        await watcher.until(() => watcher.of('response.completed').length >= 2 * said - 1);
        answerFrom = call.lineMs;
        for (const digit of '5001') call.press(digit);
        call.press('#');
        await watcher.until(() => watcher.of('response.completed').length >= 2 * said);
      }
      expect(watcher.of('tool.started').at(-1)).toMatchObject({
        name: 'query_transactions',
        arguments: { client_id: 5001 },
      });
      expect(watcher.of('tool.finished').at(-1)).toMatchObject({ ok: true });
      // Every mark came back because it was played, and playback ended with the last of them.
      expect(call.marks.cleared).toBe(0);
      expect(call.marks.played).toBeGreaterThan(20);
      // The answer alone, by ears that know the line: right behind the question before it, its first words are misheard.
      const understood = await hearAgain(ears, fromLine(call.heardSince(answerFrom)));
      expect(understood).toMatch(`ada park has ${DEMO_COUNT} transactions`);
      // A word may drown in what the line has lost; the sum is what matters.
      for (const { sum } of DEMO_LATEST) expect(understood).toMatch(sum);
      expect(watcher.of('error')).toEqual([]);
    } finally {
      call.hangUp();
    }
    await watcher.until(() => watcher.of('session.ended').length > 0);
    expect(watcher.of('session.ended')[0]).toMatchObject({ reason: 'client' });
  });

  it('falls silent when the caller talks over it, and takes back what was not heard', async () => {
    const question = await saidOnTheLine('What transactions does client 5001 have?', 'rms');
    const interruption = await saidOnTheLine('What is our refund policy?', 'rms');
    const call = await dial('quiet', { jitterMs: 60 });
    try {
      await call.say(question);
      await watcher.until(() => call.marks.played > 15);
      expect(call.waitingMs).toBeGreaterThan(1000);
      const talking = call.say(interruption);
      await watcher.until(() => watcher.of('response.interrupted').length > 0);
      expect(call.clears).toBeGreaterThan(0);
      await talking;
      const { responseId, heardText } = watcher.of('response.interrupted')[0] ?? { responseId: '', heardText: '' };
      const written = watcher
        .of('response.text')
        .filter((event) => event.responseId === responseId)
        .map(({ delta }) => delta)
        .join('');
      // Its first word at least: a number that takes two seconds to say is four digits.
      expect(heardText).not.toBe('');
      expect(heardText.length).toBeLessThan(written.length);
      expect(written.startsWith(heardText)).toBe(true);
      await watcher.until(() => watcher.of('tool.started').at(-1)?.name === 'search_documents');
    } finally {
      call.hangUp();
    }
    await watcher.until(() => watcher.of('session.ended').length > 0);
  });

  it('takes a client’s number that is typed', async () => {
    const question = await saidOnTheLine('Show me the transactions');
    const call = await dial('quiet');
    try {
      await call.say(question);
      await watcher.until(() => watcher.of('response.audio_done').length > 0);
      expect(watcher.of('tool.started')).toEqual([]);
      for (const digit of '5002') call.press(digit);
      call.press('#');
      await watcher.until(() => watcher.of('tool.finished').length > 0);
      expect(watcher.of('turn.ended').at(-1)?.text).toBe('5002');
      expect(watcher.of('tool.started')[0]).toMatchObject({ arguments: { client_id: 5002 } });
      // The same without the #: a pause ends it.
      for (const digit of '5003') call.press(digit);
      await watcher.until(() => watcher.of('turn.ended').at(-1)?.text === '5003');
    } finally {
      call.hangUp();
    }
    await watcher.until(() => watcher.of('session.ended').length > 0);
  });

  it('greets, and is silent from the moment it hangs up', async () => {
    const call = await dial('julia');
    await watcher.until(() => watcher.of('response.completed').length > 0);
    const greeting = fromLine(call.heardSince(0));
    expect(levelDbfs(greeting)).toBeGreaterThan(-45);
    expect(await hearAgain(ears, greeting)).toMatch(/how can i help/);
    call.vanish();
    await watcher.until(() => watcher.of('session.ended').length > 0);
    expect(watcher.of('session.ended')[0]).toMatchObject({ reason: 'disconnected' });
    await waitFor(async () => (await app.activeSessions()) === 0, 1000);
  });
});
