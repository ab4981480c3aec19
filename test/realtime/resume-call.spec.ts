// A call whose socket is cut for ten seconds, with the real server: rules, flite, and the tools on real rows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { packageRoot } from '../../src/database/package-root.js';
import type { ServerMessage } from '../../src/protocol/index.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const AWAY_MS = 10_000;
const BYTES_PER_MS = 32;

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Reports a reply as played as soon as its audio has come, up to `untilMs`, and counts what came. */
function listen(client: WireClient, responseId: string, fromMs: number, untilMs = Number.POSITIVE_INFINITY) {
  let bytes = 0;
  let reported = 0;
  client.ws.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    bytes += data.length;
    if (bytes - reported < 100 * BYTES_PER_MS) return;
    reported = bytes;
    const playedMs = Math.min(untilMs, fromMs + bytes / BYTES_PER_MS);
    client.send({ type: 'playback.position', responseId, playedMs });
  });
  return { ms: () => bytes / BYTES_PER_MS };
}

const textOf = (messages: readonly ServerMessage[], responseId: string): string =>
  messages
    .map((message) => (message.type === 'response.text' && message.responseId === responseId ? message.delta : ''))
    .join('');

describeWith(['pocketsphinx'])('a call whose socket is cut for ten seconds', () => {
  let app: ParleyApp;

  beforeAll(async () => {
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({ agents: { quiet: julia.replace(/^greeting: .*$/m, "greeting: ''") } });
  });
  afterAll(async () => app.close());

  const start = async (): Promise<{ client: WireClient; from: { sessionId: string; resumeToken: string } }> => {
    const client = await WireClient.start(app.stream, app.token(), { agent: 'quiet' });
    const { sessionId, resumeToken = '' } = await client.next('session.started');
    return { client, from: { sessionId, resumeToken } };
  };

  it('in the middle of a reply: it is spoken on from where it was heard', async () => {
    const { client, from } = await start();
    client.send({ type: 'text.submit', text: 'What transactions does client 5001 have?' });
    const { responseId } = await client.next('response.started');
    const first = listen(client, responseId, 0, 1000);
    await waitFor(() => first.ms() > 1500, PATIENCE_MS);
    const { lastSeq } = client;
    client.ws.terminate();
    await pause(AWAY_MS);

    const heard = { responseId, playedMs: 1200 };
    const again = await WireClient.resume(app.stream, app.token(), { ...from, lastSeq, heard });
    const rest: { ms: () => number }[] = [];
    again.ws.once('message', () => rest.push(listen(again, responseId, 1200)));
    const resumed = await again.next('session.resumed');
    expect(resumed.response).toEqual({ responseId, fromMs: expect.any(Number) });
    const fromMs = resumed.response?.fromMs ?? 0;
    // Never later than what was heard, and at most a frame before it.
    expect(fromMs).toBeLessThanOrEqual(1200);
    expect(fromMs).toBeGreaterThan(1100);
    await waitFor(() => again.messages.some(({ type }) => type === 'response.audio_done'), PATIENCE_MS);
    const { audioMs } = await again.next('response.audio_done');
    await waitFor(() => Math.abs(fromMs + (rest[0]?.ms() ?? 0) - audioMs) < 2, PATIENCE_MS);
    again.send({ type: 'playback.finished', responseId });
    const { text } = await again.next('response.completed');
    expect(textOf([...client.messages, ...again.messages], responseId).trim()).toBe(text.trim());
    const seqs = [...client.messages, ...again.messages].flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    again.send({ type: 'session.end' });
    await again.closing();
  });
});
