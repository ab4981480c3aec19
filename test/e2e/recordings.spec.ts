// Recordings over HTTP: to their owner, to admins, by a link, to nobody else; and only while the caller agrees.
import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { ParleyApp } from '../support/parley-app.js';
import { listenTo } from '../support/recorded.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const FRAME_MS = 20;
const agent = (lines: string): string => `name: Ada\ninstructions: You are Ada.\ngreeting: ''\n${lines}\n`;

/** A microphone that hums at one level, at real time. */
class Hum {
  private level = 0;
  private sent = 0;
  private readonly from = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(caller: TextCaller) {
    this.timer = setInterval(() => {
      for (; (this.sent + 1) * FRAME_MS <= performance.now() - this.from; this.sent += 1) {
        const frame = new Int16Array(16 * FRAME_MS).fill(this.level);
        caller.client.ws.send(new Uint8Array(frame.buffer));
      }
    }, FRAME_MS);
  }

  /** Resolves when it has hummed at this level for so long. */
  async at(level: number, ms: number): Promise<void> {
    this.level = level;
    const until = this.sent + ms / FRAME_MS;
    await waitFor(() => this.sent >= until, 60_000);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** How long a channel is at a level, ms. */
const lengthAt = (channel: Int16Array, level: number): number =>
  channel.filter((sample) => sample === level).length / 16;

describe('a recording', () => {
  let app: ParleyApp;
  let deepgram: DeepgramSimulator;
  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start();
    app = await ParleyApp.start({
      agents: {
        taped: agent('recording: on'),
        asked: agent('recording: with-consent'),
        untaped: agent(''),
      },
      env: {
        STREAM_STT_PROVIDER: 'deepgram',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
        VAD_PROVIDER: 'energy',
        RECORDING_LINK_TTL_MS: '4000',
      },
    });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    await deepgram.close();
  });

  const get = (path: string, token?: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(app.http + path, {
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });

  /** A call whose caller hums; `talk` may do more. */
  async function call(name: string, talk: (hum: Hum, caller: TextCaller) => Promise<void>): Promise<string> {
    const caller = await TextCaller.call(app, { start: { agent: name }, greeted: false });
    const { sessionId } = await caller.until('session.started');
    const hum = new Hum(caller);
    try {
      await talk(hum, caller);
    } finally {
      hum.stop();
      caller.client.send({ type: 'session.end' });
    }
    await caller.until('session.ended');
    return sessionId;
  }

  it('is for its owner and for admins, and for whoever has its link while that is good', async () => {
    const callSid = await call('taped', (hum) => hum.at(40, 3000));
    const tape = await listenTo(app.http, callSid, app.token());
    expect(lengthAt(tape.caller, 40)).toBeGreaterThan(2500);
    expect(createHash('sha512').update(tape.file).digest('hex')).toBe(tape.sha512);

    // By range, as a player asks for it.
    const part = await get(tape.url, undefined, { range: 'bytes=0-3' });
    expect([part.status, await part.text()]).toEqual([206, 'RIFF']);
    expect(part.headers.get('content-range')).toBe(`bytes 0-3/${tape.bytes}`);
    expect(part.headers.get('content-type')).toBe('audio/wav');

    const path = `/v1/calls/${callSid}/recording`;
    const admin = app.token('root', { claims: { admin: true } });
    expect((await get(path, admin)).status).toBe(200);
    for (const [status, token] of [
      [404, app.token('somebody')],
      [401, undefined],
    ] as const) {
      const refused = await get(path, token);
      expect(refused.status).toBe(status);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    const [file = ''] = tape.url.split('?');
    expect((await get(file, app.token())).status).toBe(200);
    expect((await get(file, app.token('somebody'))).status).toBe(404);
    expect((await get(file)).status).toBe(401);
    expect((await get(tape.url.replace('.wav', '1.wav'))).status).toBe(403);

    const vcon = (await (await get(`/v1/calls/${callSid}/vcon`, app.token())).json()) as { dialog: { type: string }[] };
    expect(vcon.dialog.filter(({ type }) => type === 'recording')).toEqual([
      expect.objectContaining({
        mediatype: 'audio/wav',
        content_hash: `sha512-${Buffer.from(tape.sha512, 'hex').toString('base64url')}`,
        url: expect.stringContaining(`${app.http}/v1/recordings/${callSid}.`) as string,
      }),
    ]);

    // Asked once: the route refuses whoever asks 120 times in a minute.
    await waitFor(() => Date.now() > Date.parse(tape.expiresAt), 20_000);
    const expired = await get(tape.url);
    expect(expired.status).toBe(410);
    expect(await expired.json()).toMatchObject({ error: 'link_expired' });
  });

  it('is made from a yes to a no, and has nothing of before and after', async () => {
    const callSid = await call('asked', async (hum, caller) => {
      await hum.at(40, 2000);
      caller.client.send({ type: 'consent.set', state: 'given' });
      await caller.until('consent.changed');
      await hum.at(50, 6000);
      caller.client.send({ type: 'consent.set', state: 'refused' });
      await caller.until('consent.changed', 0, ({ state }) => state === 'refused');
      await hum.at(60, 1000);
    });
    const { caller } = await listenTo(app.http, callSid, app.token());
    expect(lengthAt(caller, 40)).toBeLessThan(100);
    expect(lengthAt(caller, 60)).toBe(0);
    // The last seconds before the no are not kept either.
    expect(lengthAt(caller, 50)).toBeGreaterThan(500);
    expect(lengthAt(caller, 50)).toBeLessThan(3500);
  });

  it('is not made of who did not agree, nor where nobody wants one', async () => {
    for (const name of ['asked', 'untaped']) {
      const callSid = await call(name, (hum) => hum.at(40, 1500));
      await waitFor(async () => {
        const record = await get(`/v1/calls/${callSid}`, app.token());
        return record.ok && ((await record.json()) as { status: string }).status === 'completed';
      }, 20_000);
      expect((await get(`/v1/calls/${callSid}/recording`, app.token())).status).toBe(404);
    }
  });
});
