import type { TtsEvent } from '../tts.port.js';
import { BrowserTts } from './browser-tts.js';

describe('the client’s own voice', () => {
  const open = (abort: boolean) =>
    new Promise<TtsEvent[]>((resolve) => {
      const events: TtsEvent[] = [];
      const options = { voice: '', language: 'en-US', sampleRate: 16_000 };
      const stream = new BrowserTts().open(options, (event) => events.push(event));
      stream.speak(0, 'Hello.');
      stream.end();
      if (abort) stream.abort();
      setImmediate(() => resolve(events));
    });

  it('has no audio for whoever asks for it all the same', async () => {
    expect(await open(false)).toMatchObject([
      { type: 'failed', segment: 0, error: { provider: 'browser', code: 'bad_request', retryable: false } },
    ]);
    expect(await open(true)).toEqual([]);
  });
});
