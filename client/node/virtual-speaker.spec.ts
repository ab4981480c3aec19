import { bytesOf } from '../audio/pcm.js';
import { VirtualSpeaker } from './virtual-speaker.js';

/** A speaker at 1000 Hz, so that samples are ms, on a clock that the spec turns. */
function speakerAt1kHz() {
  const clock = { now: 0 };
  const heard: { at: number; samples: number[] }[] = [];
  const speaker = new VirtualSpeaker({
    sampleRate: 1000,
    now: () => clock.now,
    heard: (samples, at) => heard.push({ at, samples: [...samples] }),
  });
  const write = (...samples: number[]): void => speaker.write(bytesOf(Int16Array.from(samples)));
  return { clock, heard, speaker, write };
}

it('plays by the clock, across chunks, and stops at the end of what it has', () => {
  const { clock, heard, speaker, write } = speakerAt1kHz();
  clock.now = 5;
  write(1, 2);
  write(3, 4, 5);
  clock.now = 8;
  expect(speaker.heardSamples()).toBe(3);
  clock.now = 100;
  expect(speaker.heardSamples()).toBe(5);
  expect(heard).toEqual([
    { at: 5, samples: [1, 2] },
    { at: 7, samples: [3] },
    { at: 8, samples: [4, 5] },
  ]);
});

it('plays audio that comes too late when it comes, not in the past', () => {
  const { clock, heard, speaker, write } = speakerAt1kHz();
  write(1);
  clock.now = 10;
  write(2);
  clock.now = 11;
  expect(speaker.heardSamples()).toBe(2);
  expect(heard).toEqual([
    { at: 0, samples: [1] },
    { at: 10, samples: [2] },
  ]);
});

it('holds while paused and goes on where it stopped', () => {
  const { clock, heard, speaker, write } = speakerAt1kHz();
  write(1, 2, 3);
  clock.now = 1;
  speaker.pause();
  clock.now = 50;
  write(4);
  expect(speaker.heardSamples()).toBe(1);
  speaker.resume();
  clock.now = 60;
  expect(speaker.heardSamples()).toBe(4);
  expect(heard.map(({ at }) => at)).toEqual([0, 50, 52]);
});

it('forgets what was not heard when it is flushed, also the pause', () => {
  const { clock, heard, speaker, write } = speakerAt1kHz();
  write(1, 2, 3);
  clock.now = 2;
  speaker.pause();
  speaker.flush();
  clock.now = 9;
  write(7);
  clock.now = 20;
  expect(speaker.heardSamples()).toBe(3);
  expect(heard.flatMap(({ samples }) => samples)).toEqual([1, 2, 7]);
});
