// A call whose turns end by silence: the server's own voice detector hears the caller, and leaves no thread behind.
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { synthesise } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const AGENT = `name: Ada
greeting: ''
instructions: You are {{agent}}, the voice assistant of a bank.
tools: [query_transactions]
turn: { mode: vad }
`;
/** 20 ms of 16 kHz PCM16. */
const CHUNK_BYTES = 640;

/** Threads of this process that run JavaScript, without the main one. */
const threads = (): number => (process.report.getReport() as { workers: unknown[] }).workers.length;

describeWith(['pocketsphinx'])('a call in vad mode', () => {
  it.each(['silero', 'energy'])('has its turns from the detector %s', async (provider) => {
    // Flite's thread stays.
    const question = await synthesise('What transactions does client 5001 have?', 'slt');
    const before = threads();
    const app = await ParleyApp.start({ agents: { ada: AGENT }, env: { VAD_PROVIDER: provider } });
    try {
      const caller = await TextCaller.call(app, { start: { agent: 'ada' }, greeted: false });
      expect(caller.all('session.started')[0]?.turnDetection).toBe('vad');
      const audio = Buffer.concat([new Uint8Array(32_000), question, new Uint8Array(96_000)]);
      for (let at = 0; at < audio.length; at += CHUNK_BYTES) {
        caller.client.ws.send(audio.subarray(at, at + CHUNK_BYTES));
        await sleep(18);
      }
      const started = await caller.until('speech.started');
      expect(started.audioMs).toBeGreaterThan(900);
      expect(started.audioMs).toBeLessThan(1400);
      await caller.until('speech.stopped');
      const { text } = await caller.until('turn.ended');
      expect(text).toMatch(/transactions/);
      await caller.until('response.started');
      expect(caller.all('speech.started')).toHaveLength(1);
      await caller.hangUp();
    } finally {
      await app.close();
    }
    expect(threads()).toBe(before);
  });
});
