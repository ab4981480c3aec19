import { ReadingVoice } from './reading-voice.js';

describe('a voice that is only read', () => {
  it('counts a text as heard bit by bit, and then as done', async () => {
    const voice = new ReadingVoice(60);
    const heard: number[] = [];
    await new Promise<void>((resolve, reject) => {
      voice.speak('A text that takes half a second', undefined, {
        heard: (chars) => heard.push(chars),
        done: resolve,
        failed: reject,
      });
    });
    expect(heard.every((chars, at) => chars < 31 && chars >= (heard[at - 1] ?? 0))).toBe(true);
  });

  it('says nothing after stop', async () => {
    const voice = new ReadingVoice(1000);
    const events: string[] = [];
    voice.speak('Hello.', undefined, {
      heard: () => events.push('heard'),
      done: () => events.push('done'),
      failed: () => events.push('failed'),
    });
    voice.stop();
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
    expect(events).toEqual([]);
  });
});
