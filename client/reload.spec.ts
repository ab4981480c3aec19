// A page that is loaded anew in the middle of a call: another client goes on with it, by what the first one told of itself.
import { jest } from '@jest/globals';
import { bytesOf } from './audio/pcm.js';
import type { ConnectOptions } from './connect-options.js';
import { VirtualSpeaker } from './node/virtual-speaker.js';
import { ResponsePlayback } from './playback/response-playback.js';
import type { ResumeHandle } from './resume-handle.js';
import { Network } from './testing/network.js';
import { ResumableCall, type ResumableCallOptions } from './testing/resumable-call.js';
import { Transcript } from './transcript.js';
import { VoiceClient, type VoiceClientOptions } from './voice-client.js';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

const RATE = 8000;
const ramp = (from: number, count: number): Int16Array => Int16Array.from({ length: count }, (_, n) => from + n);

function page(options: ResumableCallOptions = {}) {
  const call = new ResumableCall(options);
  const network = new Network(call);
  const carry = async (ms = 1): Promise<void> => {
    for (let waited = 0; waited <= ms; waited += 1) {
      network.carry();
      await jest.advanceTimersByTimeAsync(1);
    }
    network.carry();
  };
  /** What a page makes when it is loaded. */
  const load = (clientOptions: Partial<VoiceClientOptions> = {}) => {
    const client = new VoiceClient({
      webSocket: network.webSocket,
      explainRefusal: async () => undefined,
      networkHints: () => () => undefined,
      ...clientOptions,
    });
    const heard: number[] = [];
    const speaker = new VirtualSpeaker({ sampleRate: RATE, heard: (samples) => void heard.push(...samples) });
    const transcript = new Transcript(client);
    const playback = new ResponsePlayback(client, speaker);
    const connect = async (more: Partial<ConnectOptions> = {}) => {
      const format = { encoding: 'pcm16', sampleRate: RATE } as const;
      const connecting = client.connect({ url: 'ws://parley.test/', audio: { input: format }, ...more });
      // Whoever awaits it sees how it ends.
      connecting.catch(() => undefined);
      await carry();
      return connecting;
    };
    const lines = () => transcript.entries.map(({ speaker: who, text }) => `${who}: ${text}`);
    return { client, connect, lines, heard, playback, speaker };
  };
  /** What a page keeps, as it comes out of a store. */
  const kept = (client: VoiceClient): ResumeHandle => JSON.parse(JSON.stringify(client.resumable)) as ResumeHandle;
  return { call, network, carry, load, kept };
}

describe('a page that is loaded anew', () => {
  it('goes on with the call: what was said is told, and nothing of it is done or played again', async () => {
    const { call, network, carry, load, kept } = page();
    const run = jest.fn(() => 'done');
    const first = load({ tools: { open_page: run } });
    await first.connect();
    call.say({ type: 'turn.ended', turnId: 't1', text: 'Open the page.' });
    call.say({ type: 'tool.call', callId: 'c1', name: 'open_page', arguments: {}, timeoutMs: 1000 });
    call.reply('r1', ramp(1, 4000));
    call.say({ type: 'response.text', responseId: 'r1', delta: 'It is ' });
    call.sendAudio(4000);
    first.client.submitText('typed');
    first.client.sendAudio(bytesOf(ramp(0, 1600)));
    await carry(200);
    const handle = kept(first.client);
    network.cut();
    first.client.close();
    const heardBefore = handle.heard as { playedMs: number };
    expect(heardBefore.playedMs).toBeGreaterThan(90);

    const second = load({ tools: { open_page: run } });
    const history: string[] = [];
    second.client.on('history', ({ type }) => history.push(type));
    const session = await second.connect({ resume: handle });
    expect(session).toMatchObject({ type: 'session.started', sessionId: 's1', audio: handle.audio });
    expect([call.resumes[0]?.lastSeq, call.resumes[0]?.heard]).toEqual([0, heardBefore]);
    expect(network.dialled.at(-1)).toContain('resume=s1');
    call.say({ type: 'response.text', responseId: 'r1', delta: 'open.' });
    second.client.submitText('more');
    second.client.sendAudio(bytesOf(ramp(1600, 160)));
    await carry(50);
    expect(history).toContain('tool.call');
    expect(second.lines()).toEqual(['caller: Open the page.', 'agent: It is open.']);
    await carry(600);
    expect(run).toHaveBeenCalledTimes(1);
    expect(second.heard[0]).toBe(Math.round((heardBefore.playedMs * RATE) / 1000) + 1);
    expect(second.heard.at(-1)).toBe(4000);
    expect(call.taken.flatMap((message) => (message.type === 'text.submit' ? [message.text] : []))).toEqual([
      'typed',
      'more',
    ]);
    expect(call.microphone).toEqual([...ramp(0, 1760)]);
    second.client.close();
  });

  it('outlives a broken connection like any other, and can be loaded anew again', async () => {
    const { call, network, carry, load, kept } = page();
    const first = load();
    await first.connect();
    const handle = kept(first.client);
    network.cut();
    first.client.close();
    const second = load();
    await second.connect({ resume: handle });
    second.client.sendAudio(bytesOf(ramp(0, 160)));
    await carry();
    network.cut();
    second.client.sendAudio(bytesOf(ramp(160, 160)));
    second.client.submitText('said in the gap');
    await carry(300);
    expect([second.client.state, call.microphone.length]).toEqual(['open', 320]);
    const again = kept(second.client);
    expect(again.resumeToken).not.toBe(handle.resumeToken);
    network.cut();
    second.client.close();
    const third = load();
    await third.connect({ resume: again });
    third.client.submitText('third');
    await carry();
    expect(call.taken).toMatchObject([{ text: 'said in the gap' }, { text: 'third' }]);
    third.client.close();
  });

  it.each<readonly [string, (handle: ResumeHandle) => ResumeHandle]>([
    ['used already or too old', (handle) => ({ ...handle, resumeToken: 'token-0' })],
    ['not whole', () => ({}) as ResumeHandle],
    ['nothing', () => null as unknown as ResumeHandle],
  ])('is told that there is no such call where what it kept is %s, and begins a new one', async (_what, spoil) => {
    const { network, load, kept } = page();
    const first = load();
    await first.connect();
    const handle = spoil(kept(first.client));
    network.cut();
    first.client.close();
    const second = load();
    await expect(second.connect({ resume: handle })).rejects.toMatchObject({ code: 'resume_failed', retryable: false });
    expect([second.client.session, second.client.resumable]).toEqual([undefined, undefined]);
    const third = load();
    await third.connect();
    expect(third.client.state).toBe('open');
    third.client.close();
  });

  it('has nothing to keep before a call, after it, and where the server does not wait', async () => {
    const { carry, load } = page();
    const { client, connect } = load();
    expect(client.resumable).toBeUndefined();
    await connect();
    expect(client.resumable).toMatchObject({ sessionId: 's1', lastSeq: 1 });
    void client.end();
    await carry();
    expect(client.resumable).toBeUndefined();
    const other = page({ resumeGraceMs: 0 }).load();
    await other.connect();
    expect([other.client.state, other.client.resumable]).toEqual(['open', undefined]);
    other.client.close();
  });
});
