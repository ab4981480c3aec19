import type { CallPlan, CallWiring, OwnedConversation } from '../../src/calls/call-factory.js';
import {
  type Call,
  CallRefused,
  type CallRequest,
  type Calls,
  type Opening,
  type ResumeRequest,
} from '../../src/calls/call.port.js';
import { LiveCalls } from '../../src/calls/live-calls.js';
import type { Heard, SessionEndReason } from '../../src/conversation/conversation.port.js';
import { systemClock } from '../../src/conversation/system-clock.js';

/** A conversation that says back what it hears: for tests and measurements of the transport alone. */
export class EchoCall {
  readonly conversation: OwnedConversation;
  readonly texts: string[] = [];
  /** Words that the client has recognised, those that may change in brackets. */
  readonly transcripts: string[] = [];
  /** Holds and releases, in order. */
  readonly lines: ('held' | Heard | undefined)[] = [];
  audioBytes = 0;
  endedBy: SessionEndReason | undefined;
  readonly output: CallWiring['output'];

  constructor(
    readonly request: CallRequest,
    { output }: CallWiring,
    takesTranscripts: boolean,
  ) {
    this.output = output;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.conversation = {
      ended,
      start: (): void => undefined,
      snapshot: () => ({ heardMs: 0 }),
      pushAudio: (chunk: Uint8Array): void => {
        this.audioBytes += chunk.length;
        output.audio(chunk);
      },
      setConsent: () => undefined,
      news: () => undefined,
      supervision: {
        takenOverBy: undefined,
        instruct: () => 'over',
        takeOver: () => 'over',
        giveBack: () => 'over',
        say: () => 'over',
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
      answerTool: (): void => undefined,
      clientMessage: (): void => undefined,
      hold: (): void => void this.lines.push('held'),
      release: (heard) => {
        this.lines.push(heard);
        return undefined;
      },
      end: (reason: SessionEndReason): void => {
        if (this.endedBy !== undefined) return;
        this.endedBy = reason;
        output.event({ type: 'session.ended', reason, durationMs: 0 });
        resolve();
      },
    };
  }
}

/** The calls of a process, whose conversations echo. */
export class EchoCalls implements Calls {
  readonly calls: EchoCall[] = [];
  /** Whether the calls that start from now on let their client recognise the speech. */
  takesTranscripts = false;
  /** What the calls could not do. */
  readonly faults: object[] = [];
  private readonly live: LiveCalls;

  /** Calls wait `resumeGraceMs` for a client that is gone; not at all by default. */
  constructor({ resumeGraceMs = 0 } = {}) {
    this.live = new LiveCalls(
      {
        plan: (request) => this.plan(request),
        agentNameOf: ({ agent = 'julia' }) => agent,
        privacyOf: () => 'standard',
      },
      { clock: systemClock, observers: [], resumeGraceMs, log: { error: (line) => this.faults.push(line) } },
    );
  }

  open(request: CallRequest): Promise<Opening> {
    return this.live.open(request);
  }

  async resume(request: ResumeRequest): Promise<Call> {
    return this.live.resume(request);
  }

  get shared(): boolean {
    return this.live.shared;
  }

  async handOver(withinMs: number): Promise<void> {
    await this.live.handOver(withinMs);
  }

  async close(): Promise<void> {
    await this.live.close();
  }

  private plan(request: CallRequest): CallPlan {
    if (request.agent !== undefined && request.agent !== 'julia') {
      throw new CallRefused('unknown_agent', 'There is no such agent.');
    }
    const { takesTranscripts } = this;
    return {
      info: {
        sessionId: request.sessionId,
        userId: request.caller.userId,
        agent: 'julia',
        providers: { stt: 'echo', llm: 'echo', tts: 'echo' },
      },
      turnDetection: request.turnDetection ?? 'vad',
      takesTranscripts,
      maxSessionMs: undefined,
      begin: (wiring) => {
        const call = new EchoCall(request, wiring, takesTranscripts);
        this.calls.push(call);
        return call.conversation;
      },
      restore: () => {
        throw new Error('an echo is not kept');
      },
    };
  }
}
