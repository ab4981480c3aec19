import { primaryLanguage } from '../../bounds/language-tag.port.js';
import type { StartRecognition } from '@speechmatics/real-time-client';
import { listenedFor } from '../common/listened-for.js';
import type { SttOptions } from '../stt.port.js';
import { MAX_VOCABULARY } from './speechmatics-options.js';
import type { SpeechmaticsSettings } from './speechmatics-options.js';

/** English is written in three ways: docs.speechmatics.com/speech-to-text/formatting#output-locale. */
const LOCALES = new Set(['en-US', 'en-GB', 'en-AU']);
/** Mandarin by its own code (ISO 639-3), which is how Speechmatics calls it. */
const LANGUAGES: Readonly<Record<string, string>> = { zh: 'cmn' };
/** A term may have six words. */
const MAX_TERM_WORDS = 6;

/** The first message of a stream: the audio's format, and everything that is to be recognised in it. */
export function startRecognition(settings: SpeechmaticsSettings, options: SttOptions): StartRecognition {
  const base = primaryLanguage(options.language);
  const vocabulary = listenedFor(options)
    .filter((term) => term.trim().split(/\s+/).length <= MAX_TERM_WORDS)
    .slice(0, MAX_VOCABULARY);
  return {
    message: 'StartRecognition',
    audio_format: { type: 'raw', encoding: 'pcm_s16le', sample_rate: options.sampleRate },
    transcription_config: {
      language: LANGUAGES[base] ?? base,
      ...(LOCALES.has(options.language) ? { output_locale: options.language } : {}),
      ...(vocabulary.length === 0 ? {} : { additional_vocab: vocabulary }),
      model: settings.model,
      enable_partials: true,
      max_delay: settings.maxDelayMs / 1000,
      // `flexible` would hold a final back for as long as an amount or a date might go on.
      max_delay_mode: 'fixed',
      conversation_config: { end_of_utterance_silence_trigger: settings.endOfUtteranceMs / 1000 },
    },
  };
}
