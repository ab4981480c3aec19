import type { CallRequest, StartedCall } from '../../calls/call.port.js';
import { MAX_FRAME_BYTES } from '../session/session-limits.js';
import type { SessionLimits } from '../session/session-limits.js';
import { PROTOCOL_VERSION } from '../../protocol/index.js';
import type { ServerMessage, SessionStart } from '../../protocol/index.js';
import type { Admitted } from '../upgrade/admitted.js';

/** Microphone rate when session.start names none, Hz. */
const DEFAULT_SAMPLE_RATE = 16_000;

/** The call that a client asks for. */
export function callRequest(sessionId: string, message: SessionStart, admitted: Admitted): CallRequest {
  const inputSampleRate = message.audio?.input?.sampleRate ?? DEFAULT_SAMPLE_RATE;
  const agent = message.agent ?? admitted.agent;
  return {
    sessionId,
    caller: admitted.token.caller,
    inputSampleRate,
    outputSampleRate: message.audio?.output?.sampleRate ?? inputSampleRate,
    ...(agent === undefined ? {} : { agent }),
    ...(message.variables === undefined ? {} : { variables: message.variables }),
    ...(message.audio?.echoCancellation === undefined ? {} : { echoCancelled: message.audio.echoCancellation }),
    ...(message.turnDetection === undefined ? {} : { turnDetection: message.turnDetection }),
  };
}

/** The longest that the call may last by the server's and the agent's limits, ms. */
export function maxDuration(call: StartedCall, limits: SessionLimits): number {
  return Math.min(limits.maxSessionMs, call.maxSessionMs ?? Number.POSITIVE_INFINITY);
}

/** What the client gets for its session.start. */
export function sessionStarted(request: CallRequest, call: StartedCall, limits: SessionLimits): ServerMessage {
  return {
    type: 'session.started',
    protocol: PROTOCOL_VERSION,
    sessionId: request.sessionId,
    agent: call.agent,
    audio: {
      input: { encoding: 'pcm16', sampleRate: request.inputSampleRate },
      output: { encoding: 'pcm16', sampleRate: request.outputSampleRate },
    },
    turnDetection: call.turnDetection,
    ...(call.takesTranscripts === true ? { recognition: 'client' as const } : {}),
    limits: {
      maxFrameBytes: MAX_FRAME_BYTES,
      maxSessionMs: maxDuration(call, limits),
      idleTimeoutMs: limits.idleTimeoutMs,
    },
  };
}
