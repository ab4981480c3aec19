import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { WebSocket } from 'ws';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from './deepgram.js';
import { Loudness } from './loudness.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from './openai.js';
import { Schedule } from './schedule.js';
import { serveSimulators } from './serve-simulators.js';
import type { ServeReport, Serving } from './serve-simulators.js';
import { silence, tone } from './tone.js';

const RATE = 16_000;

// The adapters' specs use the simulators at length; here is what they do not touch.
describe('the simulators', () => {
  it('hear speech by amplitude, whatever the chunks are', () => {
    const audio = Buffer.concat([silence(200, RATE), tone(500, RATE), silence(700, RATE), tone(100, RATE)]);
    const heard = [2, 640, 3200, audio.length].map((size) => {
      const events: string[] = [];
      const ear = new Loudness(RATE, 300, {
        started: (atMs) => events.push(`started ${Math.round(atMs / 40)}`),
        stopped: (lastLoudMs) => events.push(`stopped ${Math.round(lastLoudMs / 40)}`),
        window: () => undefined,
      });
      for (let at = 0; at < audio.length; at += size) ear.push(audio.subarray(at, at + size));
      ear.flush();
      return events;
    });
    for (const events of heard) {
      expect(events.map((event) => event.split(' ')[0])).toEqual(['started', 'stopped', 'started', 'stopped']);
    }
    expect(heard[1]).toEqual(heard[2]);
  });

  it('never let a later message overtake an earlier one', async () => {
    const schedule = new Schedule();
    const order: number[] = [];
    await new Promise<void>((resolve) => {
      for (let n = 0; n < 20; n += 1) schedule.run(n % 3 === 0 ? 15 : 0, () => order.push(n));
      schedule.run(0, resolve);
    });
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('close a Deepgram stream that sends nothing, and one that sends an empty message', async () => {
    const simulator = await DeepgramSimulator.start({ knobs: { idleTimeoutMs: 60 } });
    const connect = () =>
      new WebSocket(`${simulator.url}/v1/listen?model=nova-3&encoding=linear16&sample_rate=16000`, {
        headers: { authorization: `Token ${SIMULATED_DEEPGRAM_KEY}` },
      });
    const idle = connect();
    const [code, reason] = (await once(idle, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1011, 'NET-0001']);
    const empty = connect();
    await once(empty, 'open');
    empty.send(Buffer.alloc(0));
    expect((await once(empty, 'close'))[0]).toBe(1008);
    await simulator.close();
  });

  it('transcribe a file, for those who hold a key', async () => {
    const simulator = await OpenAiSimulator.start({ transcription: 'good morning' });
    const ask = (key: string) => {
      const body = new FormData();
      body.set('file', new Blob([new Uint8Array(tone(100, RATE))]), 'speech.wav');
      body.set('model', 'whisper-1');
      return fetch(`${simulator.url}/audio/transcriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body,
      });
    };
    expect(await (await ask(SIMULATED_OPENAI_KEY)).json()).toMatchObject({ text: 'good morning' });
    expect((await ask('another')).status).toBe(401);
    expect(
      (await fetch(`${simulator.url}/nothing`, { headers: { authorization: `Bearer ${SIMULATED_OPENAI_KEY}` } }))
        .status,
    ).toBe(404);
    await simulator.close();
  });

  it('refuse a tool call without its answer, or that no server would parse, as OpenAI does', async () => {
    const simulator = await OpenAiSimulator.start();
    const ask = (messages: object[]) =>
      fetch(`${simulator.url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SIMULATED_OPENAI_KEY}` },
        body: JSON.stringify({ model: 'm', stream: true, messages }),
      });
    const call = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const broken = {
      role: 'assistant',
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"a":' } }],
    };
    const answer = { role: 'tool', tool_call_id: 'a', content: '{}' };
    const statuses = await Promise.all(
      [[call, answer], [call], [answer], [call, { role: 'user', content: 'Hm?' }], [broken, answer]].map(
        async (messages) => {
          const response = await ask(messages);
          await response.text();
          return response.status;
        },
      ),
    );
    expect(statuses).toEqual([200, 400, 400, 400, 400]);
    await simulator.close();
  });

  it('run in a process of their own: addresses, counters, and an end', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const running = serveSimulators('{"openai":{"replyWords":3},"deepgram":{"apiKey":"k"}}', input, output);
    const line = async <T>(): Promise<T> => JSON.parse(String((await once(output, 'data'))[0])) as T;
    const serving = await line<Serving>();
    expect(serving.deepgram.apiKey).toBe('k');
    const response = await fetch(`${serving.openai.url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serving.openai.apiKey}` },
      body: '{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}',
    });
    expect((await response.text()).match(/"content":" ?word/g)).toHaveLength(3);
    input.write('\n');
    const report = await line<ServeReport>();
    expect(report.openai).toMatchObject({ chat: 1, refused: 0 });
    expect(report.cpuMs).toBeGreaterThan(0);
    input.end();
    await running;
    await expect(fetch(serving.openai.url)).rejects.toThrow('fetch failed');
  });
});
