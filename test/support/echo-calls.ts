import type { CallFactory, CallRequest, StartedCall } from '../../src/calls/call.port.js';
import { CallRefused } from '../../src/calls/call.port.js';
import type { ConversationOutput, SessionEndReason } from '../../src/conversation/conversation.port.js';

/** A call that says back what it hears: for tests and measurements of the transport alone. */
export class EchoCall {
  readonly conversation;
  readonly texts: string[] = [];
  /** Words that the client has recognised, those that may change in brackets. */
  readonly transcripts: string[] = [];
  audioBytes = 0;
  endedBy: SessionEndReason | undefined;

  constructor(
    readonly request: CallRequest,
    readonly output: ConversationOutput,
    takesTranscripts: boolean,
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
      submitTranscript: (text: string, final: boolean): boolean => {
        if (takesTranscripts) this.transcripts.push(final ? text : `(${text})`);
        return takesTranscripts;
      },
      commitInput: (): void => output.event({ type: 'speech.stopped', audioMs: 0 }),
      clearInput: (): void => undefined,
      cancelResponse: (): void => output.clearAudio(),
      playbackPosition: (): void => undefined,
      playbackFinished: (): void => undefined,
      playbackSpoken: (): void => undefined,
      hold: (): void => undefined,
      release: () => undefined,
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
  /** Whether the calls that start from now on let their client recognise the speech. */
  takesTranscripts = false;

  start(request: CallRequest, output: ConversationOutput): StartedCall {
    if (request.agent !== undefined && request.agent !== 'julia') {
      throw new CallRefused('unknown_agent', 'There is no such agent.');
    }
    const call = new EchoCall(request, output, this.takesTranscripts);
    this.calls.push(call);
    const { takesTranscripts } = this;
    const turnDetection = request.turnDetection ?? 'vad';
    return { conversation: call.conversation, agent: 'julia', turnDetection, takesTranscripts };
  }
}
