// Whatever breaks and whenever: nothing is lost, nothing comes twice, everything is in order.
import { jest } from '@jest/globals';
import { assert, asyncProperty, array, boolean, constantFrom, integer, oneof, record, constant } from 'fast-check';
import { bytesOf } from './audio/pcm.js';
import { VirtualSpeaker } from './node/virtual-speaker.js';
import { ResponsePlayback } from './playback/response-playback.js';
import { firstDifference } from './testing/differences.js';
import { Network } from './testing/network.js';
import { ResumableCall } from './testing/resumable-call.js';
import { VoiceClient } from './voice-client.js';

const RATE = 8000;
const FRAME = 160;
const REPLY = 16_000;

const samples = (from: number, count: number): Int16Array => Int16Array.from({ length: count }, (_, n) => from + n);

const step = oneof(
  { weight: 4, arbitrary: record({ do: constant('talk' as const), frames: integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: record({ do: constantFrom('type' as const, 'event' as const) }) },
  { weight: 3, arbitrary: record({ do: constant('speak' as const), samples: integer({ min: 1, max: 4000 }) }) },
  {
    weight: 4,
    arbitrary: record({
      do: constant('carry' as const),
      up: integer({ min: 0, max: 10 }),
      down: integer({ min: 0, max: 10 }),
    }),
  },
  { weight: 4, arbitrary: record({ do: constant('wait' as const), ms: integer({ min: 1, max: 400 }) }) },
  { weight: 3, arbitrary: record({ do: constant('cut' as const) }) },
  { weight: 1, arbitrary: record({ do: constantFrom('down' as const, 'up' as const) }) },
);

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

it('brings every sample, every message, every event and every sound of the reply across once and in order', async () => {
  await assert(
    asyncProperty(boolean(), array(step, { maxLength: 60 }), async (repeats, steps) => {
      const call = new ResumableCall({ repeats });
      const network = new Network(call);
      const client = new VoiceClient({ webSocket: network.webSocket, explainRefusal: async () => undefined });
      const events: number[] = [];
      client.on('speech.started', ({ audioMs }) => events.push(audioMs));
      const heard: number[] = [];
      const speaker = new VirtualSpeaker({ sampleRate: RATE, heard: (played) => heard.push(...played) });
      const playback = new ResponsePlayback(client, speaker);
      const connecting = client.connect({
        url: 'ws://parley.test/',
        audio: { input: { encoding: 'pcm16', sampleRate: RATE } },
      });
      await jest.advanceTimersByTimeAsync(1);
      network.carry();
      await jest.advanceTimersByTimeAsync(1);
      network.carry();
      await connecting;
      call.reply('r1', samples(0, REPLY));

      let recorded = 0;
      let typed = 0;
      let said = 0;
      for (const step of steps) {
        if (step.do === 'talk') {
          for (let frame = 0; frame < step.frames; frame += 1) {
            expect(client.sendAudio(bytesOf(samples(recorded, FRAME)))).toBe(true);
            recorded += FRAME;
          }
        } else if (step.do === 'type') client.submitText(String((typed += 1)));
        else if (step.do === 'event') call.say({ type: 'speech.started', audioMs: (said += 1) });
        else if (step.do === 'speak') call.sendAudio(step.samples);
        else if (step.do === 'carry') network.carry(step.up, step.down);
        else if (step.do === 'wait') await jest.advanceTimersByTimeAsync(step.ms);
        else if (step.do === 'cut') network.cut();
        else network.up = step.do === 'up';
      }
      // Then the network holds, and everything comes to its end.
      network.up = true;
      call.sendAudio(REPLY);
      for (let round = 0; round < 1000 && !call.taken.some(({ type }) => type === 'playback.finished'); round += 1) {
        await jest.advanceTimersByTimeAsync(10);
        network.carry();
      }
      expect(client.state).toBe('open');
      expect(firstDifference(call.microphone, samples(0, recorded))).toBeUndefined();
      expect(call.taken.flatMap((message) => ('text' in message ? Number(message.text) : []))).toEqual([
        ...samples(1, typed),
      ]);
      network.carry();
      expect(events).toEqual([...samples(1, said)]);
      expect(firstDifference(heard, samples(0, REPLY))).toBeUndefined();
      expect(call.taken.filter(({ type }) => type === 'playback.finished')).toHaveLength(1);
      playback.dispose();
      client.close();
      await jest.advanceTimersByTimeAsync(0);
      expect(jest.getTimerCount()).toBe(0);
    }),
    { numRuns: 80 },
  );
});
