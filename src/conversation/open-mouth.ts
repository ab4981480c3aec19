// Chooses who speaks a reply: a voice of ours, whose audio is sent, or the client, which is given the text.
import type { TextToSpeech } from '../tts/tts.port.js';
import type { Clock } from './clock.port.js';
import type { Mouth, MouthListener } from './mouth.js';
import type { ConversationOptions } from './options.js';
import { RemoteSpeech } from './remote-speech.js';
import { Speech } from './speech.js';

export interface MouthDeps {
  readonly voice: TextToSpeech;
  readonly clock: Clock;
  readonly options: Pick<ConversationOptions, 'voice' | 'voices' | 'language' | 'outputSampleRate' | 'reply'>;
  /** The apology as audio, PCM16 at the output rate, for when no voice can be had. */
  readonly apology: () => Uint8Array | undefined;
}

/** Opens the voice at once, so that its connection is there when the first sentence is. */
export function openMouth(responseId: string, deps: MouthDeps, listener: MouthListener): Mouth {
  const { voice, clock, apology } = deps;
  const { voice: name, voices, language, outputSampleRate: sampleRate, reply } = deps.options;
  if (voice.remote !== true) {
    const ttsOptions = { voice: name, voices, language, sampleRate };
    return new Speech(responseId, voice, ttsOptions, reply, clock, listener, apology);
  }
  return new RemoteSpeech(
    {
      responseId,
      language,
      provider: voice.name,
      voice: name === '' ? (voices?.[voice.name] ?? '') : name,
      playbackGraceMs: reply.playbackGraceMs,
    },
    clock,
    listener,
  );
}
