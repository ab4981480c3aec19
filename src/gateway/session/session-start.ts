import type { Call, CallRequest, Resumed } from '../../calls/call.port.js';
import { BYTES_PER_SAMPLE, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { Encoding, ServerMessage, SessionStart } from '../../protocol/index.js';
import type { Visitor } from '../door/door.js';
import type { SessionLimits } from './session-limits.js';
import type { CallWire } from './wire.js';

/** Microphone rate when session.start names none, Hz. */
const DEFAULT_SAMPLE_RATE = 16_000;

/** How the audio of a line is packed. */
export interface Packing {
  readonly input: Encoding;
  readonly output: Encoding;
}

/** The call that a client asks for; the visitor's agent is that of its handshake. */
export function callRequest(
  sessionId: string,
  message: SessionStart,
  { token, agent, route, leg, language: known }: Visitor,
  { resumable, maxAheadMs }: Pick<CallWire, 'resumable' | 'maxAheadMs'>,
): CallRequest {
  const inputSampleRate = message.audio?.input?.sampleRate ?? DEFAULT_SAMPLE_RATE;
  const wanted = message.agent ?? agent;
  const language = message.language ?? known;
  return {
    sessionId,
    caller: token.caller,
    ...(route === undefined ? {} : { route }),
    ...(leg === undefined ? {} : { leg }),
    inputSampleRate,
    outputSampleRate: message.audio?.output?.sampleRate ?? inputSampleRate,
    ...(resumable ? {} : { resumable }),
    ...(maxAheadMs === undefined ? {} : { maxAheadMs }),
    ...(wanted === undefined ? {} : { agent: wanted }),
    ...(language === undefined ? {} : { language }),
    ...(message.consent === undefined ? {} : { consent: message.consent }),
    ...(message.choice === undefined ? {} : { choice: message.choice }),
    ...(message.variables === undefined ? {} : { variables: message.variables }),
    ...(message.audio?.echoCancellation === undefined ? {} : { echoCancelled: message.audio.echoCancellation }),
    ...(message.turnDetection === undefined ? {} : { turnDetection: message.turnDetection }),
  };
}

/** The longest that the call may last by the server's and the agent's limits, ms. */
export function maxDuration(call: Call, limits: SessionLimits): number {
  return Math.min(limits.maxSessionMs, call.maxSessionMs ?? Number.POSITIVE_INFINITY);
}

/** What the client gets for its session.start. */
export function sessionStarted(
  call: Call,
  packing: Packing,
  limits: SessionLimits,
  maxFrameBytes: number,
): ServerMessage {
  return { type: 'session.started', ...description(call, packing, limits, maxFrameBytes) };
}

/** What the client gets for its session.resume. */
export function sessionResumed(
  call: Call,
  packing: Packing,
  limits: SessionLimits,
  maxFrameBytes: number,
  { missed, response }: Resumed,
): ServerMessage {
  return {
    type: 'session.resumed',
    ...description(call, packing, limits, maxFrameBytes),
    receivedSamples: call.receivedBytes / BYTES_PER_SAMPLE,
    lastClientSeq: call.lastClientSeq,
    missed,
    ...(response === undefined ? {} : { response }),
  };
}

function description(call: Call, packing: Packing, limits: SessionLimits, maxFrameBytes: number) {
  return {
    protocol: PROTOCOL_VERSION,
    sessionId: call.id,
    agent: call.agent,
    audio: {
      input: { encoding: packing.input, sampleRate: call.inputSampleRate },
      output: { encoding: packing.output, sampleRate: call.outputSampleRate },
    },
    turnDetection: call.turnDetection,
    ...(call.takesTranscripts ? { recognition: 'client' as const } : {}),
    limits: { maxFrameBytes, maxSessionMs: maxDuration(call, limits), idleTimeoutMs: limits.idleTimeoutMs },
    ...(call.resumeGraceMs > 0 ? { resumeToken: call.resumeToken } : {}),
    resumeGraceMs: call.resumeGraceMs,
  };
}
