import { BrowserVoice } from './browser-voice.js';
import type { SpeechSynthesisLike, UtteranceLike } from './browser-voice.js';

class Utterance implements UtteranceLike {
  lang = '';
  rate = 1;
  volume = 1;
  voice: UtteranceLike['voice'] = null;
  private readonly listeners = new Map<string, (event: { charIndex: number }) => void>();

  constructor(readonly text: string) {}

  addEventListener(type: string, listener: (event: { charIndex: number }) => void): void {
    this.listeners.set(type, listener);
  }

  tell(type: 'boundary' | 'end' | 'error', charIndex = 0): void {
    this.listeners.get(type)?.({ charIndex });
  }
}

/** A browser's synthesis, as far as the voice uses it. */
class Synthesis implements SpeechSynthesisLike {
  readonly log: string[] = [];
  current: Utterance | undefined;
  #loaded = false;

  speak(utterance: Utterance): void {
    this.current = utterance;
    this.log.push(`speak ${utterance.text} ${utterance.lang} ${utterance.rate} ${utterance.voice?.name ?? 'default'}`);
  }
  cancel(): void {
    this.log.push('cancel');
  }
  pause(): void {
    this.log.push('pause');
  }
  resume(): void {
    this.log.push('resume');
  }
  /** The first look only makes it load them. */
  getVoices() {
    if (!this.#loaded) {
      this.#loaded = true;
      return [];
    }
    return [{ name: 'Samantha', voiceURI: 'com.apple.Samantha' }];
  }
}

function setUp() {
  const synthesis = new Synthesis();
  const events: string[] = [];
  const voice = new BrowserVoice({
    synthesis,
    rate: 1.2,
    makeUtterance: (text) => new Utterance(text),
  });
  const listener = {
    heard: (chars: number) => events.push(`heard ${chars}`),
    done: () => events.push('done'),
    failed: () => events.push('failed'),
  };
  const boundary = (charIndex: number, utterance = synthesis.current) => utterance?.tell('boundary', charIndex);
  return { synthesis, events, voice, listener, boundary };
}

describe('the browser’s voice', () => {
  it('speaks in the language and the voice that are asked for, and tells where it is', () => {
    const { synthesis, events, voice, listener, boundary } = setUp();
    voice.speak('One two.', { language: 'en-US', voice: 'Samantha' }, listener);
    boundary(4);
    synthesis.current?.tell('end');
    voice.speak('Three.', { language: 'de-DE', voice: 'Nobody' }, listener);
    synthesis.current?.tell('error');
    expect(synthesis.log).toEqual(['speak One two. en-US 1.2 Samantha', 'speak Three. de-DE 1.2 default']);
    expect(events).toEqual(['heard 4', 'done', 'failed']);
  });

  it('speaks the next text as loudly as it is told to', () => {
    const { synthesis, voice, listener } = setUp();
    voice.volume = 0.3;
    voice.speak('One two.', { language: 'en-US' }, listener);
    expect(synthesis.current?.volume).toBe(0.3);
  });

  it('is silent after stop, and not held for the next text', () => {
    const { synthesis, events, voice, listener, boundary } = setUp();
    voice.speak('One two.', { language: 'en-US' }, listener);
    const { current } = synthesis;
    voice.pause();
    voice.stop();
    boundary(4, current);
    current?.tell('end');
    expect(events).toEqual([]);
    expect(synthesis.log.slice(1)).toEqual(['pause', 'cancel', 'resume']);
  });

  it('says where a browser cannot speak', () => {
    expect(() => new BrowserVoice()).toThrow('this browser cannot speak');
  });
});
