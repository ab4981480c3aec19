// Made from src/protocol/ by `npm run docs`; a test compares the two. Do not edit.

import type { Shape } from './check.js';
import type { ServerMessage } from './messages.js';

export const SERVER_SHAPES: Readonly<Record<ServerMessage['type'], Shape>> = {
  'session.started': { of: { type: { is: ['session.started'] }, protocol: 'number', sessionId: 'string', agent: 'string', audio: { of: { input: { of: { encoding: { is: ['pcm16', 'opus'] }, sampleRate: 'number' } }, output: { of: { encoding: { is: ['pcm16', 'opus'] }, sampleRate: 'number' } } } }, turnDetection: { is: ['provider', 'vad', 'manual'] }, 'recognition?': { is: ['server', 'client'] }, limits: { of: { maxFrameBytes: 'number', maxSessionMs: 'number', idleTimeoutMs: 'number' } }, 'resumeToken?': 'string', 'resumeGraceMs?': 0, 'seq?': 1 } },
  'session.resumed': { of: { type: { is: ['session.resumed'] }, protocol: 'number', sessionId: 'string', agent: 'string', audio: { of: { input: { of: { encoding: { is: ['pcm16', 'opus'] }, sampleRate: 'number' } }, output: { of: { encoding: { is: ['pcm16', 'opus'] }, sampleRate: 'number' } } } }, turnDetection: { is: ['provider', 'vad', 'manual'] }, 'recognition?': { is: ['server', 'client'] }, limits: { of: { maxFrameBytes: 'number', maxSessionMs: 'number', idleTimeoutMs: 'number' } }, 'resumeToken?': 'string', 'resumeGraceMs?': 0, receivedSamples: 0, lastClientSeq: 0, missed: 'boolean', 'response?': { of: { responseId: 'string', fromMs: 0 } }, 'seq?': 1 } },
  'session.ended': { of: { type: { is: ['session.ended'] }, reason: { is: ['client', 'agent', 'idle', 'limit', 'shutdown', 'disconnected', 'transferred', 'error'] }, durationMs: 0, 'seq?': 1 } },
  'audio.skipped': { of: { type: { is: ['audio.skipped'] }, ms: 0, 'seq?': 1 } },
  'speech.started': { of: { type: { is: ['speech.started'] }, audioMs: 0, 'seq?': 1 } },
  'speech.stopped': { of: { type: { is: ['speech.stopped'] }, audioMs: 0, 'seq?': 1 } },
  'transcript.partial': { of: { type: { is: ['transcript.partial'] }, turnId: 'string', text: 'string', 'seq?': 1 } },
  'transcript.final': { of: { type: { is: ['transcript.final'] }, turnId: 'string', text: 'string', 'seq?': 1 } },
  'turn.ended': { of: { type: { is: ['turn.ended'] }, turnId: 'string', text: 'string', 'seq?': 1 } },
  'response.started': { of: { type: { is: ['response.started'] }, responseId: 'string', 'turnId?': 'string', 'interruptible?': { is: [false] }, 'by?': { is: ['supervisor'] }, 'seq?': 1 } },
  'response.text': { of: { type: { is: ['response.text'] }, responseId: 'string', delta: 'string', 'seq?': 1 } },
  'response.speak': { of: { type: { is: ['response.speak'] }, responseId: 'string', segment: 'number', text: 'string', language: 'string', 'voice?': 'string', 'seq?': 1 } },
  'response.audio_done': { of: { type: { is: ['response.audio_done'] }, responseId: 'string', audioMs: 0, 'seq?': 1 } },
  'response.paused': { of: { type: { is: ['response.paused'] }, responseId: 'string', 'seq?': 1 } },
  'response.resumed': { of: { type: { is: ['response.resumed'] }, responseId: 'string', 'seq?': 1 } },
  'response.interrupted': { of: { type: { is: ['response.interrupted'] }, responseId: 'string', heardText: 'string', 'seq?': 1 } },
  'response.completed': { of: { type: { is: ['response.completed'] }, responseId: 'string', text: 'string', 'seq?': 1 } },
  'disclosure.told': { of: { type: { is: ['disclosure.told'] }, responseId: 'string', text: 'string', language: 'string', 'callerLanguage?': 'string', 'fallback?': { is: ['no_words', 'no_voice'] }, heardText: 'string', whole: 'boolean', confirmed: 'boolean', 'seq?': 1 } },
  'call.answered': { of: { type: { is: ['call.answered'] }, by: { is: ['person', 'voicemail', 'menu', 'screener', 'silence'] }, afterMs: 0, 'seq?': 1 } },
  'keys.pressed': { of: { type: { is: ['keys.pressed'] }, keys: 'string', 'seq?': 1 } },
  'supervisor.changed': { of: { type: { is: ['supervisor.changed'] }, active: 'boolean', 'seq?': 1 } },
  'consent.changed': { of: { type: { is: ['consent.changed'] }, state: { is: ['given', 'refused'] }, by: { is: ['caller', 'client', 'operator'] }, 'words?': 'string', 'seq?': 1 } },
  'transfer.changed': { of: { type: { is: ['transfer.changed'] }, destination: 'string', state: { is: ['dialing', 'ringing', 'consulting'] }, 'seq?': 1 } },
  'transfer.ended': { of: { type: { is: ['transfer.ended'] }, destination: 'string', outcome: { is: ['answered', 'declined', 'voicemail', 'busy', 'no_answer', 'caller_left', 'trunk_error'] }, durationMs: 0, 'seq?': 1 } },
  'tool.started': { of: { type: { is: ['tool.started'] }, callId: 'string', responseId: 'string', name: 'string', arguments: 'any', 'seq?': 1 } },
  'tool.call': { of: { type: { is: ['tool.call'] }, callId: 'string', name: 'string', arguments: 'any', timeoutMs: 0, 'seq?': 1 } },
  'tool.progress': { of: { type: { is: ['tool.progress'] }, callId: 'string', responseId: 'string', name: 'string', elapsedMs: 0, detached: 'boolean', 'seq?': 1 } },
  'tool.result': { of: { type: { is: ['tool.result'] }, callId: 'string', responseId: 'string', name: 'string', table: { of: { title: 'string', columns: { each: { of: { name: 'string', kind: { is: ['text', 'date', 'number', 'money'] }, 'currency?': 'string' } } }, rows: { each: { each: { either: ['string', 'number', 'null'] } } }, total: 0 } }, 'seq?': 1 } },
  'tool.finished': { of: { type: { is: ['tool.finished'] }, callId: 'string', responseId: 'string', name: 'string', ok: 'boolean', 'code?': 'string', 'message?': 'string', 'artifacts?': { each: { of: { kind: { is: ['chart', 'email', 'file'] }, title: 'string', 'url?': 'string', mediaType: 'string', 'alt?': 'string' } } }, 'sources?': { each: { of: { title: 'string', 'spoken?': 'string', 'heading?': 'string', 'updated?': 'string', 'url?': 'string' } } }, durationMs: 0, 'seq?': 1 } },
  'custom.message': { of: { type: { is: ['custom.message'] }, name: 'string', data: 'any', 'seq?': 1 } },
  'turn.metrics': { of: { type: { is: ['turn.metrics'] }, turnId: 'string', 'endpointingMs?': 0, 'transcriptMs?': 0, 'firstTokenMs?': 0, 'firstAudioMs?': 0, 'firstAudibleMs?': 0, 'voiceToVoiceMs?': 0, 'seq?': 1 } },
  'error': { of: { type: { is: ['error'] }, code: { is: ['bad_json', 'bad_message', 'unsupported_protocol', 'wrong_state', 'audio_before_start', 'start_timeout', 'resume_failed', 'odd_audio_length', 'bad_packet', 'transcript_not_taken', 'unsupported_audio', 'frame_too_large', 'audio_too_fast', 'too_many_messages', 'too_many_faults', 'idle_timeout', 'call_too_long', 'call_too_costly', 'budget_spent', 'budget_low', 'token_expired', 'slow_reader', 'unknown_agent', 'agent_not_allowed', 'choice_not_allowed', 'stt_failed', 'llm_failed', 'tts_failed', 'overloaded', 'shutting_down', 'internal'] }, message: 'string', fatal: 'boolean', 'retryAfter?': 'number', 'seq?': 1 } },
  'pong': { of: { type: { is: ['pong'] }, 'id?': 'string', 'receivedSamples?': 0, 'seq?': 1 } },
};

export const START_SHAPE: Shape = { of: { type: { is: ['session.start'] }, protocol: { is: [1] }, 'agent?': { chars: [1, 64] }, 'audio?': { of: { 'input?': { of: { 'encoding?': { is: ['pcm16', 'opus'] }, sampleRate: 'number' }, exact: true }, 'output?': { of: { 'encoding?': { is: ['pcm16', 'opus'] }, sampleRate: 'number' }, exact: true }, 'echoCancellation?': 'boolean' }, exact: true }, 'choice?': { of: { 'stt?': { chars: [1, 32] }, 'llm?': { chars: [1, 32] }, 'tts?': { chars: [1, 32] }, 'voice?': { chars: [1, 100] } }, exact: true }, 'consent?': { is: ['given', 'refused'] }, 'language?': { chars: [0, 35] }, 'turnDetection?': { is: ['provider', 'vad', 'manual'] }, 'variables?': { values: { chars: [0, 1000] } } }, exact: true };

/** Errors of the server after which connecting again may help. */
export const RETRYABLE_ERRORS: readonly string[] = ['start_timeout', 'too_many_messages', 'idle_timeout', 'call_too_long', 'token_expired', 'slow_reader', 'stt_failed', 'llm_failed', 'tts_failed', 'overloaded', 'shutting_down', 'internal'];
