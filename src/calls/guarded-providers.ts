// What a conversation is given: every way back into it goes through the call's boundary, and what it uses is told.
import type { Clock } from '../conversation/clock.port.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { LanguageModel } from '../llm/llm.port.js';
import type { UsageListener } from '../provider/usage.port.js';
import type { TextToSpeech, TtsListener } from '../tts/tts.port.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import type { FaultBoundary } from './fault-boundary.js';

export function guardedClock(clock: Clock, boundary: FaultBoundary): Clock {
  return {
    now: () => clock.now(),
    after: (ms, action) => clock.after(ms, boundary.guard('timer', action)),
  };
}

export function guardedStt(stt: SpeechToText, boundary: FaultBoundary, onUsage: UsageListener): SpeechToText {
  const { name, endpointing, takesTranscripts } = stt;
  return {
    name,
    endpointing,
    ...(takesTranscripts === undefined ? {} : { takesTranscripts }),
    open: (options, listener) => stt.open({ ...options, onUsage }, boundary.guard('recogniser', listener)),
  };
}

export function guardedVoice(voice: TextToSpeech, boundary: FaultBoundary, onUsage: UsageListener): TextToSpeech {
  const { name, remote } = voice;
  return {
    name,
    ...(remote === undefined ? {} : { remote }),
    open: (options, listener) => voice.open({ ...options, onUsage }, guardedListener(listener, boundary)),
  };
}

/**
 * A reply's first audio sets things going; the rest of it, 50 times a second, is only handed on, which a context of the call
 * would cost a fifth of all memory that is allocated.
 */
function guardedListener(listener: TtsListener, boundary: FaultBoundary): TtsListener {
  let flows = false;
  return (event) => {
    if (event.type !== 'audio') boundary.run('voice', listener, event);
    else if (flows) boundary.handOn('voice', listener, event);
    else {
      flows = true;
      boundary.run('voice', listener, event);
    }
  };
}

export function countedModel(model: LanguageModel, onUsage: UsageListener): LanguageModel {
  return { name: model.name, stream: (request, signal) => model.stream({ ...request, onUsage }, signal) };
}

export function guardedVad(vad: VoiceActivityDetector, boundary: FaultBoundary): VoiceActivityDetector {
  return {
    name: vad.name,
    open: (options, listener) => vad.open(options, boundary.guard('voice activity', listener)),
  };
}
