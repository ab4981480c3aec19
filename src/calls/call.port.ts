// A call: one session of one caller with one agent. The transport asks for one and drives it; app.module.ts says who makes it.
import type { ConversationInput, ConversationOutput } from '../conversation/conversation.port.js';
import type { Caller } from '../tools/tool.port.js';

export interface CallRequest {
  readonly sessionId: string;
  readonly caller: Caller;
  /** Name of the agent; the default one when absent. */
  readonly agent?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Hz. */
  readonly inputSampleRate: number;
  /** Hz. */
  readonly outputSampleRate: number;
  readonly turnDetection?: 'provider' | 'vad' | 'manual';
  /** The client takes the agent's voice out of its microphone's audio; false when it does not say. */
  readonly echoCancelled?: boolean;
}

/** The call cannot be made as asked; `code` and `message` go to the client as they are. */
export class CallRefused extends Error {
  constructor(
    readonly code: 'unknown_agent' | 'agent_not_allowed' | 'overloaded',
    message: string,
  ) {
    super(message);
    this.name = 'CallRefused';
  }
}

export interface StartedCall {
  readonly conversation: ConversationInput;
  /** The agent's name. */
  readonly agent: string;
  readonly turnDetection: 'provider' | 'vad' | 'manual';
  /** Whether the client recognises the speech and sends words; otherwise it sends audio. */
  readonly takesTranscripts?: boolean;
  /** Longest duration that the agent allows, ms; undefined means the server's own limit. */
  readonly maxSessionMs?: number;
}

export interface CallFactory {
  /**
   * Starts a call. Nothing reaches `output` before this has returned. Throws CallRefused.
   */
  start(request: CallRequest, output: ConversationOutput): StartedCall;
}

/** Nest injection token of the CallFactory. */
export const CALL_FACTORY = Symbol('CallFactory');
