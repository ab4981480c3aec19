import type { TextToSpeech, TtsOptions } from '../tts/tts.port.js';
import { DefaultVoice } from './default-voice.js';

describe('DefaultVoice', () => {
  it('keeps the name of another vendor’s voice from the provider, and the one that is meant for it', () => {
    const asked: TtsOptions[] = [];
    const stream = { speak: () => undefined, end: () => undefined, abort: () => undefined };
    const inner: TextToSpeech = {
      name: 'cartesia>openai',
      open: (options) => {
        asked.push(options);
        return stream;
      },
    };
    const voice = new DefaultVoice(inner);
    expect([voice.name, voice.remote]).toEqual(['cartesia>openai', false]);
    const options = { voice: 'alloy', voices: { cartesia: 'an-id' }, language: 'en-US', sampleRate: 16_000 };
    expect(voice.open(options, () => undefined)).toBe(stream);
    expect(asked).toEqual([{ ...options, voice: '' }]);
    expect(new DefaultVoice({ ...inner, remote: true }).remote).toBe(true);
  });
});
