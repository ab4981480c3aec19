// A session that goes through broken connections: what was said arrives once, what was heard is heard once.
import { jest } from '@jest/globals';
import { bytesOf } from './audio/pcm.js';
import type { ClientClosed, ServerEvent } from './client-events.js';
import type { ConnectOptions } from './connect-options.js';
import type { NetworkHint } from './network-hints.js';
import { VirtualSpeaker } from './node/virtual-speaker.js';
import { ResponsePlayback } from './playback/response-playback.js';
import { firstDifference } from './testing/differences.js';
import { Network } from './testing/network.js';
import { ResumableCall, type ResumableCallOptions } from './testing/resumable-call.js';
import { VoiceClient } from './voice-client.js';

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

const JWT = 'aGVhZA.Ym9keQ.c2ln';
const RATE = 8000;

/** Samples that are all different, so that a lost or a doubled one shows. */
const ramp = (from: number, count: number): Int16Array => Int16Array.from({ length: count }, (_, n) => from + n);

async function open(options: ResumableCallOptions = {}, connectOptions: Partial<ConnectOptions> = {}) {
  const call = new ResumableCall(options);
  const network = new Network(call);
  const hint: { tell?: (hint: NetworkHint) => void } = {};
  const client = new VoiceClient({
    webSocket: network.webSocket,
    // The network is made up: a real question would go to a real one.
    explainRefusal: async () => undefined,
    networkHints: (tell) => {
      hint.tell = tell;
      return () => {
        delete hint.tell;
      };
    },
  });
  const told: string[] = [];
  const messages: ServerEvent[] = [];
  const closed: ClientClosed[] = [];
  client.on('message', (message) => messages.push(message));
  client.on('reconnecting', ({ reason, giveUpMs }) => told.push(`reconnecting for ${giveUpMs}: ${reason}`));
  client.on('reconnected', ({ gapMs, missed, lostAudioMs }) =>
    told.push(`back after ${gapMs}, missed ${missed}, lost ${lostAudioMs}`),
  );
  client.on('closed', (event) => closed.push(event));
  const format = { encoding: 'pcm16', sampleRate: RATE } as const;
  const connecting = client.connect({ url: 'ws://parley.test/', audio: { input: format }, ...connectOptions });
  await carry();
  await connecting;

  /** Lets everything arrive that is under way, for so long. */
  async function carry(ms = 1): Promise<void> {
    for (let waited = 0; waited <= ms; waited += 1) {
      network.carry();
      await jest.advanceTimersByTimeAsync(1);
    }
    network.carry();
  }
  let recorded = 0;
  /** The microphone records 20 ms at a time. */
  const talk = (ms: number): void => {
    for (let at = 0; at < ms; at += 20) {
      client.sendAudio(bytesOf(ramp(recorded, 160)));
      recorded += 160;
    }
  };
  return { call, network, client, told, messages, closed, hint, carry, talk };
}

describe('the microphone', () => {
  it('is heard without a gap when the connection broke in the middle of a sentence', async () => {
    const { call, network, told, carry, talk, client } = await open();
    talk(400);
    await carry();
    talk(200); // sent, and lost with the connection
    network.cut();
    expect(client.state).toBe('reconnecting');
    network.up = false;
    talk(1000);
    await carry(1000);
    network.up = true;
    await carry(2000);
    talk(100);
    await carry();
    expect(firstDifference(call.microphone, ramp(0, 1700 * 8))).toBeUndefined();
    expect(told).toEqual([
      'reconnecting for 30000: The connection broke.',
      expect.stringMatching(/^back after \d+, missed false, lost 0$/),
    ]);
    client.close();
  });

  it('loses what is older than it keeps, and says how much', async () => {
    const { call, network, told, carry, talk, client } = await open();
    const dropping = jest.fn();
    const recovered = jest.fn();
    client.on('audio.dropping', dropping);
    client.on('audio.recovered', recovered);
    talk(1000);
    await carry();
    network.cut();
    network.up = false;
    talk(12_000);
    expect(dropping).toHaveBeenCalledTimes(1);
    network.up = true;
    await carry(2000);
    expect(firstDifference(call.microphone, [...ramp(0, 8000), ...ramp(1200 * 8, 94_400)])).toBeUndefined();
    expect(told[1]).toMatch(/lost 200$/);
    expect(recovered).toHaveBeenCalledWith({ droppedMs: 200 });
    client.close();
  });

  it('goes back as far as a server wants that has lost what it had counted', async () => {
    const { call, network, carry, talk, client } = await open();
    talk(3000);
    await carry();
    // A worker that was killed: the one that takes the call over knows only the first second.
    call.microphone.length = 8000;
    network.cut();
    await carry(200);
    expect(firstDifference(call.microphone, ramp(0, 24_000))).toBeUndefined();
    client.close();
  });
});

describe('messages', () => {
  it('arrive once and in their place between the audio, whether they had arrived before the break or not', async () => {
    const { call, network, talk, client } = await open({}, { turnDetection: 'manual' });
    const order: string[] = [];
    const note = (): void => {
      for (const message of call.taken.slice(order.length))
        order.push(`${message.type} after ${call.microphone.length}`);
    };
    talk(100);
    client.commit();
    network.carry(Infinity, 0); // arrived; its consequences did not come back
    note();
    talk(100);
    client.submitText('hello');
    network.cut();
    network.up = false;
    talk(100);
    client.commit();
    talk(100);
    network.up = true;
    for (let frame = 0; frame < 500; frame += 1) {
      await jest.advanceTimersByTimeAsync(1);
      network.carry(1, Infinity);
      note();
    }
    expect(order).toEqual(['input.commit after 800', 'text.submit after 1600', 'input.commit after 2400']);
    expect(firstDifference(call.microphone, ramp(0, 3200))).toBeUndefined();
    client.close();
  });

  it('wait in the gap as far as there is room, and words that are not final only as the last ones', async () => {
    const { call, network, carry, client } = await open();
    network.cut();
    network.up = false;
    for (let n = 0; n < 64; n += 1) client.submitText(`turn ${n}`);
    expect(() => client.submitText('too much')).toThrow('too much waits');
    expect(client.sendTranscript('too much', true)).toBe(false);
    expect(client.sendTranscript('one', false)).toBe(true);
    expect(client.sendTranscript('one two', false)).toBe(true);
    network.up = true;
    await carry(1000);
    expect(call.taken.map((message) => ('text' in message ? message.text : message.type))).toEqual([
      ...Array.from({ length: 64 }, (_, n) => `turn ${n}`),
      'one two',
    ]);
    client.close();
  });
});

describe('what the server says', () => {
  it.each([
    ['a server that goes on where the client is', false],
    ['a server that says everything again', true],
  ])('is told once and in order, also what it said in the gap, by %s', async (_what, repeats) => {
    const { call, network, carry, client, messages } = await open({ repeats });
    call.say({ type: 'speech.started', audioMs: 1 });
    await carry();
    call.say({ type: 'speech.stopped', audioMs: 2 });
    network.carry(Infinity, 1);
    call.say({ type: 'speech.started', audioMs: 3 }); // lost on its way
    network.cut();
    call.say({ type: 'speech.stopped', audioMs: 4 });
    await carry(200);
    call.say({ type: 'speech.started', audioMs: 5 });
    await carry();
    expect(messages.map(({ type }) => type)).toEqual([
      'session.started',
      'speech.started',
      'speech.stopped',
      'session.resumed',
      'speech.started',
      'speech.stopped',
      'speech.started',
    ]);
    expect(messages.flatMap((message) => ('audioMs' in message ? message.audioMs : []))).toEqual([1, 2, 3, 4, 5]);
    expect(JSON.stringify(messages)).not.toContain('token');
    client.close();
  });

  it('is known to be incomplete when it was too much', async () => {
    const { call, network, carry, client, told } = await open({ keeps: 3 });
    network.cut();
    for (let n = 0; n < 5; n += 1) call.say({ type: 'speech.started', audioMs: n });
    await carry(200);
    expect(told[1]).toContain('missed true');
    client.close();
  });
});

describe('the reply', () => {
  async function speaking() {
    const session = await open();
    const heard: number[] = [];
    const speaker = new VirtualSpeaker({ sampleRate: RATE, heard: (samples) => heard.push(...samples) });
    const playback = new ResponsePlayback(session.client, speaker);
    return { ...session, heard, playback };
  }

  it('plays on in the gap with what it has, waits, and goes on where it stopped', async () => {
    const { call, network, carry, client, heard, playback } = await speaking();
    call.reply('r1', ramp(0, 16_000));
    call.sendAudio(4000);
    await carry(300);
    expect(playback.playedMs('r1')).toBeGreaterThan(200);
    call.sendAudio(4000); // lost on its way
    network.cut();
    network.up = false;
    await carry(1000);
    expect(playback.playedMs('r1')).toBe(500);
    call.sendAudio(8000);
    network.up = true;
    await carry(3000);
    expect(call.resumes.at(-1)?.heard).toEqual({ responseId: 'r1', playedMs: 500 });
    expect(firstDifference(heard, ramp(0, 16_000))).toBeUndefined();
    expect(call.taken.map(({ type }) => type)).toEqual(['playback.finished']);
    client.close();
  });

  it('is not heard twice where it still plays when the server sends it again', async () => {
    const { call, network, carry, client, heard } = await speaking();
    call.reply('r1', ramp(0, 16_000));
    call.sendAudio(16_000);
    await carry(300);
    network.cut();
    await carry(3000);
    expect(call.resumes.at(-1)?.heard).toMatchObject({ responseId: 'r1' });
    expect(firstDifference(heard, ramp(0, 16_000))).toBeUndefined();
    expect(call.taken.map(({ type }) => type)).toEqual(['playback.finished']);
    client.close();
  });

  it('that was heard to its end in the gap is told so once the server is back', async () => {
    const { call, network, carry, client, heard, messages } = await speaking();
    call.reply('r1', ramp(0, 800));
    call.sendAudio(800);
    await carry(20);
    network.cut();
    network.up = false;
    await carry(500);
    expect(firstDifference(heard, ramp(0, 800))).toBeUndefined();
    network.up = true;
    await carry(1000);
    expect(call.taken.map(({ type }) => type)).toEqual(['playback.finished']);
    expect(messages.filter(({ type }) => type === 'response.completed')).toHaveLength(1);
    expect(firstDifference(heard, ramp(0, 800))).toBeUndefined();
    client.close();
  });

  it('that is over is told as heard even so, to a server that may not have kept that it is', async () => {
    const { call, network, carry, client } = await speaking();
    call.reply('r1', ramp(0, 800));
    call.sendAudio(800);
    await carry(500);
    network.cut();
    await carry(1000);
    expect(call.resumes.at(-1)?.heard).toEqual({ responseId: 'r1', playedMs: 100 });
    client.close();
  });

  it('that the caller stopped in the gap is not heard any more', async () => {
    const { call, network, carry, client, heard } = await speaking();
    call.reply('r1', ramp(0, 8000));
    call.sendAudio(4000);
    await carry(100);
    network.cut();
    client.cancel();
    const { length } = heard;
    await carry(500);
    call.sendAudio(4000);
    await carry(500);
    expect(heard).toHaveLength(length);
    expect(call.taken.map(({ type }) => type)).toContain('response.cancel');
    client.close();
  });

  it('that began in the gap is heard from its beginning', async () => {
    const { call, network, carry, client, heard } = await speaking();
    network.cut();
    call.reply('r1', ramp(0, 1600));
    call.sendAudio(800);
    await carry(200);
    call.sendAudio(800);
    await carry(500);
    expect(firstDifference(heard, ramp(0, 1600))).toBeUndefined();
    client.close();
  });
});

describe('calling again', () => {
  it('goes through a break during the handshake of the last one, whose answer is lost', async () => {
    const { call, network, carry, client, told } = await open();
    network.cut();
    await jest.advanceTimersByTimeAsync(1);
    network.carry(Infinity, 0); // the server has answered, and made a new token
    network.cut();
    await carry(1000);
    expect(call.resumes).toHaveLength(2);
    expect(client.state).toBe('open');
    expect(told.map((line) => line.split(' ')[0])).toEqual(['reconnecting', 'back']);
    network.cut();
    await carry(1000);
    expect(client.state).toBe('open');
    client.close();
  });

  it('asks for a token each time, and takes a failure of that for one of the network', async () => {
    const tokens = [JWT, new Error('offline'), JWT];
    const token = jest.fn(() => {
      const next = tokens.shift();
      return typeof next === 'string' ? Promise.resolve(next) : Promise.reject(next);
    });
    const { network, carry, client } = await open({}, { token });
    network.cut();
    await carry(1000);
    expect(client.state).toBe('open');
    expect(token).toHaveBeenCalledTimes(3);
    client.close();
  });

  it('names the session in the address, where whoever stands before the server can see it', async () => {
    const { network, carry, client } = await open();
    network.cut();
    await carry(100);
    expect(network.dialled).toEqual(['ws://parley.test/', 'ws://parley.test/?resume=s1']);
    client.close();
  });

  it('is quick at first, and gives up when the server no longer waits', async () => {
    const { network, carry, client, closed } = await open({ resumeGraceMs: 10_000 });
    network.up = false;
    network.cut();
    await carry(1000);
    expect(network.dialled.length).toBeGreaterThanOrEqual(4);
    await carry(10_000);
    expect(network.dialled.length).toBeLessThan(20);
    expect(closed).toEqual([expect.objectContaining({ code: 1006, retry: true, local: false })]);
    expect(client.state).toBe('closed');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends with the call when the server knows it no more', async () => {
    const { call, network, carry, closed } = await open();
    network.cut();

    const other = new ResumableCall();
    call.receive = (end, frame) => other.receive(end, frame);
    await carry(500);
    expect(closed).toEqual([expect.objectContaining({ code: 1006, retry: true, local: false })]);
    expect(closed[0]?.meaning).toContain('could not be resumed: No such call.');
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    [1001, true],
    [1006, true],
    [1011, true],
    [1012, true],
    [1000, false],
    [4400, false],
    [4412, false],
  ])('after a close with %s: %s', async (code, again) => {
    const { call, carry, client } = await open();
    call.close(code);
    await carry(300);
    expect(client.state).toBe(again ? 'open' : 'closed');
    client.close();
  });

  it('does not when the server has said that the session is over', async () => {
    const { call, carry, client, closed, network } = await open();
    call.say({ type: 'session.ended', reason: 'limit', durationMs: 1 });
    call.close(4410);
    await carry(300);
    expect(client.state).toBe('closed');
    expect(closed).toEqual([expect.objectContaining({ code: 4410 })]);
    expect(network.dialled).toHaveLength(1);
  });

  it('does not where the server cannot resume', async () => {
    const { network, carry, client } = await open({ resumeGraceMs: 0 });
    network.cut();
    await carry(300);
    expect(client.state).toBe('closed');
    expect(network.dialled).toHaveLength(1);
  });

  it('takes its time with a server that lets go at once, again and again', async () => {
    const { call, network, carry, client } = await open();
    for (let waited = 0; waited < 3000; waited += 10) {
      await carry(10);
      call.close(1012);
    }
    expect(network.dialled.length).toBeLessThan(10);
    client.close();
  });

  it.each(['end', 'close'] as const)('stops at once on %s', async (how) => {
    const { network, carry, client, closed, hint } = await open();
    network.up = false;
    network.cut();
    await carry(100);
    expect(await Promise.resolve(client[how]())).toBeUndefined();
    expect(client.state).toBe('closed');
    expect(closed).toEqual([expect.objectContaining({ local: true })]);
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
    expect(hint.tell).toBeUndefined();
    const { length } = network.dialled;
    await carry(5000);
    expect(network.dialled).toHaveLength(length);
  });
});

describe('the quality of the connection', () => {
  it('is told as it changes, with how long answers take', async () => {
    const { client, network, carry } = await open();
    const levels: string[] = [];
    client.on('quality', ({ level }) => levels.push(level));
    expect(client.quality).toEqual({ level: 'good', roundTripMs: undefined });
    network.cut();
    await carry(300);
    expect(levels).toEqual(['lost', 'poor']);
    await carry(5000);
    expect(levels).toEqual(['lost', 'poor', 'good']);
    expect(client.quality.roundTripMs).toBeLessThan(10);
    client.close();
  });

  it('is poor before the connection counts as lost', async () => {
    const { client, carry } = await open();
    const levels: string[] = [];
    client.on('quality', ({ level }) => levels.push(level));
    await jest.advanceTimersByTimeAsync(4000); // nothing is carried
    expect([levels, client.state]).toEqual([['poor'], 'open']);
    await carry(1000);
    client.close();
  });
});

describe('a network that dies without a word', () => {
  it('is noticed within five seconds, and the session goes on', async () => {
    const { client, told, carry } = await open();
    let waited = 0;
    while (client.state === 'open' && waited < 10_000) {
      await jest.advanceTimersByTimeAsync(100); // nothing is carried
      waited += 100;
    }
    expect(waited).toBeLessThanOrEqual(5000);
    await carry(1000);
    expect(client.state).toBe('open');
    expect(told).toHaveLength(2);
    client.close();
  });

  it('is asked at once when the browser says that it is gone, and called when it is back', async () => {
    const { client, hint, network, carry } = await open();
    network.up = false;
    hint.tell?.('offline');
    await jest.advanceTimersByTimeAsync(1300);
    expect(client.state).toBe('reconnecting');
    await jest.advanceTimersByTimeAsync(8000);
    network.up = true;
    const { length } = network.dialled;
    hint.tell?.('online');
    await carry(5);
    expect(network.dialled).toHaveLength(length + 1);
    expect(client.state).toBe('open');
    client.close();
  });

  it('is not suspected when it answers, however late the timers of a page in the background run', async () => {
    const { client, network, told } = await open();
    for (let minute = 0; minute < 5; minute += 1) {
      jest.advanceTimersToNextTimer();
      jest.setSystemTime(minute * 60_000);
      network.carry();
    }
    expect(client.state).toBe('open');
    expect(told).toEqual([]);
    client.close();
  });
});
