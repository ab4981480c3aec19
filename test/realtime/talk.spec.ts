// The page of docs/browser-client.md in a real Chromium, against the real server with its keyless engines, over a network
// that breaks and with a browser that takes its audio away.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { WebSocket } from 'ws';
import { samplesOf, toFloat32 } from '../../client/audio/pcm.js';
import { firstDifference } from '../../client/testing/differences.js';
import { VoiceClient } from '../../client/voice-client.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { packageRoot } from '../../src/database/package-root.js';
import { startGatewayApp, type GatewayApp } from '../support/gateway-app.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { browserThatHears } from '../browser/chromium.js';
import { Site } from '../browser/site.js';
import { TalkPage } from '../browser/talk-page.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;
const QUESTION = 'What is the total for client 5001?';
/** Replies that need no question: what the agents say when they are called. */
const LONG = 'I can look up the transactions of a client, send them by mail, answer questions, and draw charts.';
const SHORT = 'Hello, this is Julia. How can I help you?';
const GRACE_MS = 15_000;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const newClient = () => new VoiceClient({ webSocket: (url, protocols) => new WebSocket(url, [...protocols]) });

const agents = () => {
  const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
  const saying = (words: string): string => julia.replace(/^greeting: .*$/m, `greeting: '${words}'`);
  return { julia: saying(''), long: saying(LONG), short: saying(SHORT) };
};

/** The samples that an agent says when it is called, as the page is to hear them. */
async function greetingOf(app: ParleyApp, agent: string): Promise<number[]> {
  const client = newClient();
  const heard: number[] = [];
  client.on('audio', ({ chunk }) => heard.push(...toFloat32(samplesOf(chunk))));
  const done = new Promise((resolve) => client.once('response.audio_done', resolve));
  await client.connect({
    url: app.stream,
    token: app.token(),
    agent,
    audio: { output: { encoding: 'pcm16', sampleRate: 24_000 } },
  });
  await done;
  client.close();
  return heard;
}

describeWith(['chromium', 'pocketsphinx'])('the page of docs/browser-client.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  let silent: BrowserContext;
  let site: Site;
  let app: ParleyApp;
  let network: TcpProxy;
  const pages: TalkPage[] = [];

  beforeAll(async () => {
    silent = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    site = await Site.start();
    app = await ParleyApp.start({ agents: agents(), env: { STREAM_RESUME_GRACE_MS: String(GRACE_MS) } });
  });
  afterAll(async () => {
    await silent?.browser()?.close();
    await site?.stop();
    await app?.close();
    await endSynthesis();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    network?.flow();
    network?.back();
    for (const page of pages.splice(0)) await page.close();
    await network?.stop();
  });

  /** The page, for calls to an agent over a network of its own. */
  async function openPage(
    agent: string,
    { browser = silent, port = app.port, token = app.token(), name = 'talk.html' } = {},
  ): Promise<TalkPage> {
    network = await TcpProxy.to(port);
    site.session = { url: `ws://localhost:${network.port}/v1/stream?agent=${agent}`, token };
    const page = await TalkPage.open(browser, site.address, name);
    pages.push(page);
    return page;
  }

  it('answers what is said into the microphone, in one call for two quick clicks, and lets go of everything', async () => {
    const { samples, sampleRate } = await synthesize(QUESTION, 'slt');
    const heard = new Int16Array(sampleRate + samples.length);
    heard.set(samples, sampleRate);
    const browser = await browserThatHears(heard, sampleRate, join(folder, 'question.wav'));
    try {
      const page = await openPage('julia', { browser });
      await page.page.dblclick('#talk');
      await page.untilStatus('You are talking', PATIENCE_MS);
      await page.hear(1, PATIENCE_MS);
      expect(await page.level()).toBeGreaterThan(0.01);
      expect(page.of('tool.started')[0]).toMatchObject({ name: 'query_transactions', arguments: { client_id: 5001 } });
      expect(await page.said()).toMatch(/^you: what is the total for client five thousand one/);
      expect([page.sockets, await app.activeSessions()]).toEqual([1, 1]);
      await page.hangUp();
      expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
      expect([await page.violations(), page.faults]).toEqual([[], []]);
    } finally {
      await browser.browser()?.close();
    }
  });

  it('is one <script> where a page has nothing else: a button that talks and hangs up', async () => {
    const page = await openPage('long', { name: 'embed.html' });
    await page.page.getByRole('button', { name: 'Talk to us' }).click();
    await page.page.getByRole('status').filter({ hasText: 'You are talking' }).waitFor({ timeout: PATIENCE_MS });
    await page.hear(1, PATIENCE_MS);
    await page.page.getByRole('button', { name: 'Hang up' }).click();
    await page.page.getByRole('button', { name: 'Talk to us' }).waitFor({ timeout: PATIENCE_MS });
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
    expect([await page.violations(), page.faults]).toEqual([[], []]);
  });

  it('is a component in React: states, what is said, muting, the volume, and an end with the component', async () => {
    const page = await openPage('long', { name: 'react.html' });
    await page.page.getByRole('button', { name: 'Talk' }).click();
    await page.page.getByRole('status').filter({ hasText: 'talking' }).waitFor({ timeout: PATIENCE_MS });
    await page.page.getByRole('button', { name: 'Mute' }).click();
    expect(await page.page.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed')).toBe('true');
    await page.hear(1, PATIENCE_MS);
    const volume = page.page.getByLabel('Volume');
    await page.until(async () => (await page.level()) > 0.01, PATIENCE_MS);
    await volume.fill('0');
    await page.until(async () => (await page.level()) < 0.001, PATIENCE_MS);
    await volume.fill('1');
    await page.until(async () => (await page.level()) > 0.01, PATIENCE_MS);
    await page.page.getByRole('listitem').filter({ hasText: LONG }).waitFor({ timeout: PATIENCE_MS });
    await page.page.getByRole('button', { name: 'Hang up' }).click();
    await page.page.getByRole('status').filter({ hasText: 'ended' }).waitFor({ timeout: PATIENCE_MS });
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
    // The next call is as loud as the last one was.
    await volume.fill('0');
    await page.page.getByRole('button', { name: 'Talk' }).click();
    await page.hear(1, PATIENCE_MS);
    expect(await page.level()).toBeLessThan(0.001);
    await page.page.getByRole('button', { name: 'Hang up' }).click();
    await page.page.getByRole('status').filter({ hasText: 'ended' }).waitFor({ timeout: PATIENCE_MS });
    expect([await page.violations(), page.faults]).toEqual([[], []]);
  });

  it('says at once that the network was cut, holds the voice, and goes on where it was heard after ten seconds', async () => {
    const whole = await greetingOf(app, 'long');
    const page = await openPage('long');
    await page.page.click('#talk');
    await page.hear(1.5, PATIENCE_MS);
    network.away();
    const cutAt = performance.now();
    expect(await page.untilStatus('Reconnecting', 5000)).toBeLessThan(2000);
    await pause(1800);
    const { played } = await page.state();
    expect(await page.level()).toBeLessThan(0.01);
    await pause(10_000 - (performance.now() - cutAt));
    expect(await page.state()).toMatchObject({ played, liveTracks: 1 });
    network.back();
    await page.untilStatus('You are talking', 8000);
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    expect(firstDifference(await page.writes(), whole)).toBeUndefined();
    expect(await page.state()).toMatchObject({ played: whole.length, flushes: 0 });
    expect(page.of('response.interrupted')).toEqual([]);
  });

  it('goes on with the call when it is loaded anew in the middle of a reply, where it was heard', async () => {
    const whole = await greetingOf(app, 'long');
    const page = await openPage('long');
    await page.page.click('#talk');
    await page.hear(1.5, PATIENCE_MS);
    await page.page.reload();
    await page.untilStatus('You are talking', PATIENCE_MS);
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    const [started, resumed] = [page.of('session.started'), page.of('session.resumed')];
    expect([started.length, resumed.length, resumed[0]?.sessionId]).toEqual([1, 1, started[0]?.sessionId]);
    const from = Math.round(((resumed[0]?.response?.fromMs ?? 0) * 24_000) / 1000);
    expect(from).toBeGreaterThan(24_000);
    expect(firstDifference(await page.writes(), whole.slice(from))).toBeUndefined();
    expect((await page.said()).split('\n').filter((line) => line.startsWith('agent'))).toEqual([`agent: ${LONG}`]);
    expect(await app.activeSessions()).toBe(1);
    // What was kept was good for this once.
    expect(await page.page.evaluate('sessionStorage.length')).toBe(0);
    await page.hangUp();
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
  });

  it('says so when what it kept of a call is good for nothing any more, and makes a new one with a click', async () => {
    const page = await openPage('short');
    await page.page.click('#talk');
    await page.untilStatus('You are talking', PATIENCE_MS);
    const [{ sessionId, audio } = { sessionId: '', audio: {} }] = page.of('session.started');
    const lost = JSON.stringify({ sessionId, resumeToken: 'another', lastSeq: 1, audio });
    await page.hangUp();
    await page.page.evaluate(`sessionStorage.setItem('call', ${JSON.stringify(lost)})`);
    await page.page.reload();
    await page.until(async () => (await page.said()).includes('! resume_failed: '), PATIENCE_MS);
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
    await page.page.click('#talk');
    await page.untilStatus('You are talking', PATIENCE_MS);
    expect(page.of('session.started')).toHaveLength(2);
  });

  it('is turned down smoothly, is heard on another loudspeaker, and knows how loud the agent is', async () => {
    const page = await openPage('long');
    await page.page.evaluate(`(async () => {
      const { VoiceCall, listDevices } = await import('/parley/client/browser/index.js');
      const { url, token } = await (await fetch('/voice-session', { method: 'POST' })).json();
      const worklets = { capture: '/parley/capture-worklet.js', playback: '/parley/playback-worklet.js' };
      window.call = new VoiceCall({ url, token, worklets });
      await call.start();
      window.speakers = await new Promise((found) => listDevices(({ speakers }) => found(speakers)));
    })()`);
    const level = () => page.page.evaluate<number>('call.speakerLevel');
    await page.hear(0.5, PATIENCE_MS);
    await page.until(async () => (await level()) > 0.01, PATIENCE_MS);
    await page.page.evaluate('call.volume = 0');
    await page.until(async () => (await page.level()) < 0.001 && (await level()) > 0.01, PATIENCE_MS);
    await page.page.evaluate('call.volume = 1');
    const other = await page.page.evaluate<string>(
      "speakers.find(({ deviceId }) => !['', 'default', 'communications'].includes(deviceId)).deviceId",
    );
    await page.page.evaluate(`call.useSpeaker(${JSON.stringify(other)})`);
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    const refused = page.page.evaluate("call.useSpeaker('gone').catch(({ code }) => code)");
    expect([await refused, await page.page.evaluate('call.state')]).toEqual(['speaker_unavailable', 'talking']);
    const { played, written } = await page.state();
    expect(played).toBe(written);
    await page.page.evaluate('call.stop()');
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
  });

  it.each([
    ['although nobody tells it', 5000, false],
    ['sooner where the browser knows', 2000, true],
  ])('notices a network that died without a word, %s', async (_how, withinMs, offline) => {
    const page = await openPage('long');
    await page.page.click('#talk');
    await page.hear(1, PATIENCE_MS);
    network.stall('up', 'down');
    if (offline) await page.page.evaluate("window.dispatchEvent(new Event('offline'))");
    expect(await page.untilStatus('Reconnecting', 10_000)).toBeLessThan(withinMs);
    network.flow();
    await page.untilStatus('You are talking', 8000);
  });

  it('gives up when the server does, lets go of the microphone, and makes a new call with one click', async () => {
    const impatient = await ParleyApp.start({ agents: agents(), env: { STREAM_RESUME_GRACE_MS: '1500' } });
    try {
      const page = await openPage('long', { port: impatient.port });
      await page.page.click('#talk');
      await page.hear(1, PATIENCE_MS);
      network.away();
      await page.untilStatus('Ready', PATIENCE_MS);
      expect(await page.said()).toContain('It could not be resumed');
      expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
      network.back();
      await page.page.click('#talk');
      await page.untilStatus('You are talking', PATIENCE_MS);
      await page.hear(0.5, PATIENCE_MS);
      expect(page.of('session.started')).toHaveLength(2);
      await page.hangUp();
    } finally {
      await impatient.close();
    }
  });

  it('tells that the browser has taken the audio away, counts nothing as heard meanwhile, and goes on with a click', async () => {
    const page = await openPage('short');
    await page.page.click('#talk');
    await page.hear(0.7, PATIENCE_MS);
    await page.page.evaluate('inPage.takeAudio()');
    const from = performance.now();
    await page.until(async () => (await page.said()).split('click anywhere').length === 3, 5000);
    expect(performance.now() - from).toBeLessThan(2000);
    const { played } = await page.state();
    // Longer than what is left of the reply, and than the server's grace for it.
    await pause(5000);
    expect(await page.state()).toMatchObject({ played, suspendedContexts: 2 });
    expect(page.of('response.completed')).toEqual([]);
    const positions = page.sent.flatMap(({ at, message }) =>
      message.type === 'playback.position' && at > from + 500 ? [message.playedMs] : [],
    );
    expect(positions.length).toBeGreaterThan(30);
    expect(new Set(positions).size).toBe(1);
    await page.page.evaluate('inPage.giveAudioBack()');
    await page.page.click('#said');
    await page.until(async () => (await page.said()).includes('the loudspeaker is back'), 5000);
    await page.until(() => page.of('response.completed').length === 1, PATIENCE_MS);
    const state = await page.state();
    expect(state.played).toBe(state.written);
    expect(await page.said()).toContain(SHORT);
  });

  it('goes on with another microphone when the first is pulled out', async () => {
    const page = await openPage('julia');
    await page.page.click('#talk');
    await page.untilStatus('You are talking', PATIENCE_MS);
    await page.page.evaluate('inPage.unplugMicrophone()');
    await page.until(async () => (await page.said()).includes('the microphone is back'), 5000);
    expect(await page.state()).toMatchObject({ liveTracks: 1 });
  });
});

describeWith(['chromium'])('the page of docs/browser-client.md, refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  let browser: BrowserContext;
  let site: Site;
  let free: GatewayApp;
  let busy: GatewayApp;
  let full: GatewayApp;
  let network: TcpProxy;
  let page: TalkPage;

  beforeAll(async () => {
    browser = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    site = await Site.start();
    free = await startGatewayApp();
    busy = await startGatewayApp({ STREAM_RATE_LIMIT_MAX: '1' });
    full = await startGatewayApp({ STREAM_MAX_SESSIONS: '1' });
    for (const server of [busy, full]) {
      await newClient().connect({ url: server.stream, token: server.token('another') });
    }
    network = await TcpProxy.to(free.port);
    site.session = { url: `ws://localhost:${network.port}/v1/stream?agent=julia`, token: '' };
    page = await TalkPage.open(browser, site.address);
  });
  afterAll(async () => {
    await browser?.browser()?.close();
    await network?.stop();
    await Promise.all([site?.stop(), free?.close(), busy?.close(), full?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['401', () => free, () => 'bm90.YQ.dG9rZW4', 'The token is not valid'],
    ['403', () => free, () => free.token('demo', { agents: ['other'] }), 'Your token does not allow this agent'],
    ['429', () => busy, () => busy.token(), 'Too many connections'],
    ['503', () => full, () => full.token(), 'The server has no room'],
  ])('says that it was refused with %s, and why', async (status, server, token, words) => {
    // The browser keeps connections of its requests.
    network.cut();
    network.redirect(server().port);
    site.session = { ...site.session, token: token() };
    await page.page.click('#talk');
    await page.until(async () => (await page.said()).includes(`refused: HTTP ${status}: ${words}`), PATIENCE_MS);
    await page.untilStatus('Ready', PATIENCE_MS);
    expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
    expect(await page.violations()).toEqual([]);
  });
});
