// Opus both ways in a real Chromium: spoken into, heard, talked over, and over a network that breaks.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { WebSocket } from 'ws';
import { samplesOf, toInt16 } from '../../client/audio/pcm.js';
import { resample } from '../../client/audio/resampler.js';
import { VoiceClient } from '../../client/voice-client.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { encodeWav } from '../../src/audio/wav.js';
import { packageRoot } from '../../src/database/package-root.js';
import { browserThatHears } from '../browser/chromium.js';
import { Site } from '../browser/site.js';
import { TalkPage } from '../browser/talk-page.js';
import { OUTPUT_RATE } from '../browser/watched-page.js';
import { describeWith } from '../support/needs.js';
import { bytes, likeness } from '../support/opus-speech.js';
import { ParleyApp } from '../support/parley-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { postAudio } from '../support/transcribe.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;
const QUESTION = 'What is the total for client 5001?';
const LONG = 'I can look up the transactions of a client, send them by mail, answer questions, and draw charts.';
/** A packet, with its share of what is told besides, bytes: PCM has 640 for 20 ms, and 960. */
const MOST_BYTES = 100;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const agents = () => {
  const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
  const saying = (words: string): string => julia.replace(/^greeting: .*$/m, `greeting: '${words}'`);
  return { julia: saying(''), long: saying(LONG) };
};

describeWith(['chromium', 'pocketsphinx'])('a page that asks for Opus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-opus-page-'));
  let site: Site;
  let app: ParleyApp;
  let network: TcpProxy;
  let browser: BrowserContext;
  let page: TalkPage;
  let frames: { sent: number[]; received: number[] };

  beforeAll(async () => {
    site = await Site.start();
    app = await ParleyApp.start({ agents: agents() });
  });
  afterAll(async () => {
    await site?.stop();
    await app?.close();
    await endSynthesis();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await page.page.evaluate('call.stop()');
    await browser.browser()?.close();
    await network.stop();
  });

  /** Calls, with a microphone that hears this. */
  async function call(agent: string, heard: Int16Array, sampleRate: number): Promise<void> {
    browser = await browserThatHears(heard, sampleRate, join(folder, `${agent}.wav`));
    network = await TcpProxy.to(app.port);
    site.session = { url: `ws://localhost:${network.port}/v1/stream?agent=${agent}`, token: app.token() };
    page = await TalkPage.open(browser, site.address);
    frames = { sent: [], received: [] };
    page.page.on('websocket', (socket) => {
      const note = (lengths: number[]) => (frame: { payload: string | Buffer }) => {
        if (typeof frame.payload !== 'string') lengths.push(frame.payload.length);
      };
      socket.on('framesent', note(frames.sent));
      socket.on('framereceived', note(frames.received));
    });
    await page.page.evaluate(`(async () => {
      const { VoiceCall } = await import('/parley/client/browser/index.js');
      const { url, token } = await (await fetch('/voice-session', { method: 'POST' })).json();
      const worklets = { capture: '/parley/capture-worklet.js', playback: '/parley/playback-worklet.js' };
      window.call = new VoiceCall({ url, token, worklets, codec: 'opus' });
      await call.start();
    })()`);
    expect(await encodings()).toEqual(['opus', 'opus']);
  }

  const encodings = () =>
    page.page.evaluate<string[]>(
      '[call.client.session.audio.input.encoding, call.client.session.audio.output.encoding]',
    );
  const mean = (lengths: readonly number[]): number =>
    lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const heardSoFar = async (): Promise<Int16Array> => toInt16(Float32Array.from(await page.writes()));

  it('is understood, is understood by its caller, and falls silent at once when it is cut off', async () => {
    const { samples, sampleRate } = await synthesize(QUESTION, 'slt');
    const heard = new Int16Array(sampleRate + samples.length);
    heard.set(samples, sampleRate);
    await call('julia', heard, sampleRate);
    await page.hear(0.5, PATIENCE_MS);
    // At once, while it speaks: a busy machine takes longer to hand the samples over than the answer lasts.
    await page.page.evaluate(
      "window.heard = { samples: inPage.writes(), level: inPage.level() }; call.sendText('Thank you, that is all.')",
    );
    await page.until(() => page.of('response.interrupted').length === 1, PATIENCE_MS);
    await page.until(async () => (await page.state()).flushes === 1, PATIENCE_MS);
    expect((await page.state()).silencedMs).toBeLessThan(20);
    expect(page.of('tool.started')[0]).toMatchObject({ name: 'query_transactions', arguments: { client_id: 5001 } });
    expect(await page.page.evaluate('heard.level')).toBeGreaterThan(0.01);
    expect([frames.sent.length > 50, mean(frames.sent) < MOST_BYTES || mean(frames.sent)]).toEqual([true, true]);
    expect([frames.received.length > 50, mean(frames.received) < MOST_BYTES || mean(frames.received)]).toEqual([
      true,
      true,
    ]);
    // The next one is heard after it.
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    const { played, written } = await page.state();
    expect([played > OUTPUT_RATE / 4, played]).toEqual([true, written]);

    const answer = Float32Array.from(await page.page.evaluate<number[]>('heard.samples'));
    const at16 = toInt16(resample(answer, OUTPUT_RATE, 16_000));
    const { body } = await postAudio(app.http, {
      file: encodeWav(bytes(at16), 16_000),
      headers: { authorization: `Bearer ${app.token()}` },
    });
    expect(body.text).toMatch(/client|total|five thousand|transactions/);
    expect([await page.violations(), page.faults]).toEqual([[], []]);
  });

  it('goes on where it was heard when the network was away, sample by sample, and packs again', async () => {
    const whole = await greetingAsPcm();
    await call('long', new Int16Array(16_000), 16_000);
    await page.hear(1.5, PATIENCE_MS);
    network.away();
    await page.until(async () => (await page.page.evaluate('call.state')) === 'reconnecting', 5000);
    await pause(1500);
    network.back();
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    expect([await encodings(), page.of('session.resumed').length]).toEqual([['opus', 'opus'], 1]);
    const heard = await heardSoFar();
    expect(heard.length).toBeGreaterThanOrEqual(whole.length);
    expect(heard.length - whole.length).toBeLessThan(OUTPUT_RATE * 0.025);
    // Each half second has its place: a lost packet, or a doubled one, would show in all that follow.
    const step = OUTPUT_RATE / 2;
    const pieces = Array.from({ length: Math.floor(whole.length / step) }, (_, n) => n * step);
    const alike = pieces.map((at) => likeness(heard.slice(at, at + step), whole.slice(at, at + step)));
    expect(alike.filter((one) => one < 0.6)).toEqual([]);
    expect(page.of('response.interrupted')).toEqual([]);
  });

  /** What the agent says when it is called, as a client without Opus is sent it. */
  async function greetingAsPcm(): Promise<Int16Array> {
    const client = new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });
    const chunks: Int16Array[] = [];
    client.on('audio', ({ chunk }) => chunks.push(samplesOf(chunk)));
    const done = new Promise((resolve) => client.once('response.audio_done', resolve));
    const audio = { output: { sampleRate: OUTPUT_RATE } };
    await client.connect({ url: app.stream, token: app.token(), agent: 'long', audio });
    await done;
    client.close();
    return Int16Array.from(chunks.flatMap((chunk) => [...chunk]));
  }
});
