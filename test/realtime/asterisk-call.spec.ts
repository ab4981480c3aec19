// Whole calls through Asterisk's WebSocket channel, simulated on its real wire, recognised and spoken by the programs of this
// machine; and who is not let in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { levelDbfs } from '../../src/audio/pcm16.js';
import { decodeG711 } from '../../src/audio/g711.js';
import { packageRoot } from '../../src/database/package-root.js';
import { AsteriskChannel, type AsteriskOptions } from '../simulators/asterisk.js';
import { synthesise } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);
const PATIENCE_MS = 60_000;
const PASSWORD = 'a password that only the PBX knows, and its config';
const SLIN16 = { format: 'slin16', frameBytes: 640, silence: 0 } as const;

interface Recorded {
  readonly callSid: string;
  readonly status: string;
  readonly endReason: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly externalIds: readonly { readonly source: string; readonly id: string }[];
  readonly transcript: readonly { readonly speaker: string; readonly text: string; readonly heardText?: string }[];
}

describeWith(['pocketsphinx'])('a call through Asterisk', () => {
  let app: ParleyApp;

  beforeAll(async () => {
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({
      agents: { quiet: julia.replace(/^greeting: .*$/m, "greeting: ''") },
      env: { ASTERISK_PASSWORD: PASSWORD, ASTERISK_USER: 'demo', STREAM_MAX_CONCURRENT_SESSIONS: '1' },
    });
  });
  afterAll(() => app.close());

  /** After a second of silence: a call is not ready with the first frame. */
  const question = async (): Promise<Uint8Array> =>
    Buffer.concat([new Uint8Array(32_000), await synthesise('What transactions does client 5001 have?', 'rms')]);

  const open: AsteriskChannel[] = [];
  afterEach(() => {
    for (const channel of open.splice(0)) channel.hangUp();
  });
  const dial = async (options: Partial<AsteriskOptions> = {}): Promise<AsteriskChannel> => {
    const channel = await AsteriskChannel.dial({
      server: app.http,
      password: PASSWORD,
      parameters: { agent: 'quiet', from: '+4930123456', to: '100' },
      ...options,
    });
    open.push(channel);
    return channel;
  };

  /** The record of the call that has this channel, as it is once `isReady`. */
  const recorded = async (channel: AsteriskChannel, isReady: (call: Recorded) => boolean): Promise<Recorded> => {
    const headers = { authorization: `Bearer ${app.token('root', { claims: { admin: true } })}` };
    let found: Recorded | undefined;
    await waitFor(async () => {
      const page = (await (await fetch(`${app.http}/v1/calls`, { headers })).json()) as {
        calls: { callSid: string }[];
      };
      for (const { callSid } of page.calls) {
        const call = (await (await fetch(`${app.http}/v1/calls/${callSid}`, { headers })).json()) as Recorded;
        if (call.externalIds.some(({ id }) => id === channel.channelId)) found = call;
      }
      return found !== undefined && isReady(found);
    }, PATIENCE_MS);
    if (found === undefined) throw new Error('there is no such record');
    return found;
  };

  it('hears a question and answers it from the records, and the record has both', async () => {
    const channel = await dial(SLIN16);
    await channel.say(await question());
    const answer = /^Client 5001, Ada Park, has/;
    const call = await recorded(channel, ({ transcript }) => transcript.some(({ text }) => answer.test(text)));
    expect(call).toMatchObject({ from: 'tel:+4930123456', to: 'tel:100' });
    expect(levelDbfs(channel.heardSince())).toBeGreaterThan(-45);
    expect(channel.counts).toMatchObject({ dropped: 0, xoff: 0, flushes: 0 });
    expect(channel.counts.marks).toBeGreaterThan(20);
    channel.hangUp();
    const { endReason } = await recorded(channel, ({ status }) => status === 'completed');
    expect(endReason).toBe('client');
    await waitFor(async () => (await app.activeSessions()) === 0, PATIENCE_MS);
  });

  it('falls silent when the caller talks, with what was heard in the record', async () => {
    const channel = await dial(SLIN16);
    await channel.say(await question());
    await waitFor(() => channel.counts.marks > 10 && channel.waitingMs > 1000, PATIENCE_MS);
    await channel.say(await synthesise('What is our refund policy?', 'rms'));
    await waitFor(() => channel.counts.flushes > 0, PATIENCE_MS);
    const said = (call: Recorded) => call.transcript.filter(({ speaker }) => speaker === 'agent');
    const call = await recorded(channel, (one) => said(one).length > 0);
    const { text = '', heardText = '' } = said(call)[0] ?? {};
    expect(heardText.length).toBeGreaterThan(10);
    expect(heardText.length).toBeLessThan(text.length);
    channel.hangUp();
  });

  it('takes digits that are typed, in mu-law, and is never too far ahead', async () => {
    const channel = await dial();
    for (const digit of 'C#') channel.press(digit);
    for (const key of ['5', '0', '0', '1', '#']) channel.press(key);
    const call = await recorded(channel, ({ transcript }) => transcript.some(({ text }) => text === '5001'));
    expect(call.transcript.some(({ speaker }) => speaker === 'user')).toBe(true);
    await waitFor(() => levelDbfs(decodeG711(channel.heardSince(), 'mulaw')) > -60, PATIENCE_MS);
    expect(channel.counts.mostQueued).toBeLessThan(800);
    channel.hangUp();
  });

  it('has several at a time, as one user, and lets nobody in who does not know the password', async () => {
    const both = await Promise.all([dial(), dial()]);
    await waitFor(async () => (await app.activeSessions()) === 2, PATIENCE_MS);
    for (const channel of both) channel.hangUp();
    await expect(dial({ password: 'another one, of the same length, or nearly' })).rejects.toThrow('refused with 401');
    const server = app.http;
    await expect(AsteriskChannel.dial({ server })).rejects.toThrow('refused with 401');
    await expect(dial({ protocols: ['something'] })).rejects.toThrow('refused with 400');
  });

  it('ends a channel that it cannot understand, with what to change', async () => {
    for (const options of [{ plainText: true }, { format: 'opus' }]) {
      const channel = await dial(options);
      await waitFor(() => channel.closed !== undefined, PATIENCE_MS);
      expect(channel.closed?.code).toBe(1008);
    }
  });
});
