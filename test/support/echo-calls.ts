import type { CallFactory, CallRequest, StartedCall } from '../../src/calls/call.port.js';
import { CallRefused } from '../../src/calls/call.port.js';
import type { ConversationOutput, SessionEndReason } from '../../src/conversation/conversation.port.js';

/** A call that says back what it hears: for tests and measurements of the transport alone. */
export class EchoCall {
  readonly conversation;
  readonly texts: string[] = [];
  audioBytes = 0;
  endedBy: SessionEndReason | undefined;

  constructor(
    readonly request: CallRequest,
    readonly output: ConversationOutput,
  ) {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.conversation = {
      ended,
      pushAudio: (chunk: Uint8Array): void => {
        this.audioBytes += chunk.length;
        output.audio(chunk);
      },
      submitText: (text: string): void => {
        this.texts.push(text);
        output.event({ type: 'response.text', responseId: 'r1', delta: text });
      },
      commitInput: (): void => output.event({ type: 'speech.stopped', audioMs: 0 }),
      clearInput: (): void => undefined,
      cancelResponse: (): void => output.clearAudio(),
      playbackPosition: (): void => undefined,
      playbackFinished: (): void => undefined,
      end: (reason: SessionEndReason): void => {
        if (this.endedBy !== undefined) return;
        this.endedBy = reason;
        output.event({ type: 'session.ended', reason, durationMs: 0 });
        resolve();
      },
    };
  }
}

export class EchoCalls implements CallFactory {
  readonly calls: EchoCall[] = [];

  start(request: CallRequest, output: ConversationOutput): StartedCall {
    if (request.agent !== undefined && request.agent !== 'julia') {
      throw new CallRefused('unknown_agent', 'There is no such agent.');
    }
    const call = new EchoCall(request, output);
    this.calls.push(call);
    return { conversation: call.conversation, agent: 'julia', turnDetection: request.turnDetection ?? 'vad' };
  }
}
