// The server's half of a session that can be resumed, for specs: keeps what a Parley server keeps for its client (the log
// of what it said, the microphone's samples, the reply that is held) and can break at any point. It has no conversation.
import { clientMessageSchema, PROTOCOL_VERSION, serverMessageSchema } from '../../src/protocol/index.js';
import type { ClientMessage, ServerMessage, SessionResume, SessionStart } from '../../src/protocol/index.js';
import { bytesOf, samplesOf } from '../audio/pcm.js';

/** The client's end of one socket. */
export interface ClientEnd {
  send(frame: string | Uint8Array): void;
  close(code: number): void;
}

type Unnumbered = ServerMessage extends infer Message
  ? Message extends { seq?: unknown }
    ? Omit<Message, 'seq'>
    : never
  : never;

interface Reply {
  readonly responseId: string;
  readonly samples: Int16Array;
  sent: number;
  done: boolean;
}

export interface ResumableCallOptions {
  /** Events that the log keeps; all when absent. */
  readonly keeps?: number;
  /** Says all of its log again, whatever the client has got. */
  readonly repeats?: boolean;
  readonly resumeGraceMs?: number;
  /** Told of each message that was taken. */
  readonly onTaken?: (message: ClientMessage, call: ResumableCall) => void;
  readonly idleTimeoutMs?: number;
}

const OUTPUT_RATE = 8000;

export class ResumableCall {
  /** Microphone samples, in the order in which they were counted. */
  readonly microphone: number[] = [];
  /** Messages that were taken, each once. */
  readonly taken: ClientMessage[] = [];
  readonly resumes: SessionResume[] = [];
  readonly #options: ResumableCallOptions;
  readonly #log: { readonly seq: number; readonly message: ServerMessage }[] = [];
  #end: ClientEnd | undefined;
  #seq = 0;
  #lastClientSeq = 0;
  #tokens: string[] = [];
  #start: SessionStart | undefined;
  #reply: Reply | undefined;

  constructor(options: ResumableCallOptions = {}) {
    this.#options = options;
  }

  /** Whether a client is there. */
  get attached(): boolean {
    return this.#end !== undefined;
  }

  /** A frame that came from the client at this end. */
  receive(end: ClientEnd, frame: string | Uint8Array): void {
    if (typeof frame !== 'string') {
      if (end !== this.#end) return;
      this.#tokens = this.#tokens.slice(-1);
      this.microphone.push(...samplesOf(frame));
      return;
    }
    const message = clientMessageSchema.parse(JSON.parse(frame));
    if (message.type === 'session.start') this.#open(end, message);
    else if (message.type === 'session.resume') this.#resume(end, message);
    else if (end === this.#end) this.#take(message);
  }

  /** The socket of this end is gone. */
  lost(end: ClientEnd): void {
    if (end === this.#end) this.#end = undefined;
  }

  /** Says something, now or when the client is back. */
  say(message: Unnumbered): void {
    this.#seq += 1;
    const numbered = serverMessageSchema.parse({ ...message, seq: this.#seq });
    this.#log.push({ seq: this.#seq, message: numbered });
    if (this.#log.length > (this.#options.keeps ?? Infinity)) this.#log.shift();
    this.#send(numbered);
  }

  /** Begins a reply of these samples at 8 kHz; `sendAudio` sends them. */
  reply(responseId: string, samples: Int16Array, turnId?: string): void {
    this.#reply = { responseId, samples, sent: 0, done: false };
    this.say({ type: 'response.started', responseId, ...(turnId === undefined ? {} : { turnId }) });
  }

  /** Sends so many samples more of the reply, as far as there are any, and says when that were all. */
  sendAudio(samples: number): void {
    const reply = this.#reply;
    if (reply === undefined || reply.done) return;
    const to = Math.min(reply.samples.length, reply.sent + samples);
    this.#end?.send(bytesOf(reply.samples.slice(reply.sent, to)));
    reply.sent = to;
    if (to < reply.samples.length) return;
    reply.done = true;
    this.#sayDone(reply);
  }

  /** Closes the socket that is there. */
  close(code: number): void {
    const end = this.#end;
    this.#end = undefined;
    end?.close(code);
  }

  #open(end: ClientEnd, message: SessionStart): void {
    this.#end = end;
    this.#start = message;
    this.#tokens = ['token-1'];
    this.say({ type: 'session.started', ...this.#session() });
  }

  #resume(end: ClientEnd, message: SessionResume): void {
    this.resumes.push(message);
    if (!this.#tokens.includes(message.resumeToken)) {
      end.send(JSON.stringify({ type: 'error', code: 'resume_failed', message: 'No such call.', fatal: true }));
      end.close(4404);
      return;
    }
    this.#end?.close(4412);
    this.#end = end;
    // The one before goes on working until something comes that proves that this one has arrived.
    this.#tokens = [message.resumeToken, `token-${this.resumes.length + 1}`];
    const held = this.#held(message);
    const resent = held === undefined ? undefined : Math.floor((held.fromMs * OUTPUT_RATE) / 1000);
    this.#send({
      type: 'session.resumed',
      ...this.#session(),
      receivedSamples: this.microphone.length,
      lastClientSeq: this.#lastClientSeq,
      missed: (this.#log[0]?.seq ?? 1) > message.lastSeq + 1,
      ...(held === undefined ? {} : { response: held }),
    });
    const reply = this.#reply;
    for (const { seq, message: said } of this.#log) {
      const saidAgainLater =
        this.#options.repeats !== true &&
        said.type === 'response.audio_done' &&
        held !== undefined &&
        said.responseId === held.responseId;
      if ((seq > message.lastSeq || this.#options.repeats === true) && !saidAgainLater) this.#send(said);
    }
    if (reply === undefined || resent === undefined) return;
    if (resent < reply.sent) end.send(bytesOf(reply.samples.slice(resent, reply.sent)));
    if (reply.done) this.#sayDone(reply);
  }

  /** Where the reply goes on, when there is one that was not heard to its end. */
  #held({ heard }: SessionResume): { responseId: string; fromMs: number } | undefined {
    if (this.#reply === undefined) return undefined;
    const { responseId } = this.#reply;
    const fromMs = heard !== undefined && 'playedMs' in heard && heard.responseId === responseId ? heard.playedMs : 0;
    return { responseId, fromMs };
  }

  #take(message: ClientMessage): void {
    if (message.type === 'ping') return this.#send({ type: 'pong' });
    this.#tokens = this.#tokens.slice(-1);
    if ('clientSeq' in message && message.clientSeq !== undefined) {
      if (message.clientSeq <= this.#lastClientSeq) return;
      this.#lastClientSeq = message.clientSeq;
    }
    if (message.type === 'playback.finished' && message.responseId === this.#reply?.responseId) {
      this.#reply = undefined;
      this.say({ type: 'response.completed', responseId: message.responseId, text: '' });
    }
    if (message.type !== 'playback.position') {
      this.taken.push(message);
      this.#options.onTaken?.(message, this);
    }
    if (message.type === 'session.end') {
      this.say({ type: 'session.ended', reason: 'client', durationMs: 1 });
      this.close(1000);
    }
  }

  #sayDone({ responseId, samples }: Reply): void {
    this.say({ type: 'response.audio_done', responseId, audioMs: (samples.length * 1000) / OUTPUT_RATE });
  }

  #session() {
    const input = this.#start?.audio?.input ?? { encoding: 'pcm16' as const, sampleRate: 8000 };
    return {
      protocol: PROTOCOL_VERSION,
      sessionId: 's1',
      agent: 'Julia',
      audio: { input, output: { encoding: 'pcm16' as const, sampleRate: OUTPUT_RATE } },
      turnDetection: this.#start?.turnDetection ?? ('provider' as const),
      limits: { maxFrameBytes: 4000, maxSessionMs: 60_000, idleTimeoutMs: this.#options.idleTimeoutMs ?? 60_000 },
      resumeToken: this.#tokens.at(-1) ?? '',
      resumeGraceMs: this.#options.resumeGraceMs ?? 30_000,
    };
  }

  #send(message: ServerMessage): void {
    this.#end?.send(JSON.stringify(message));
  }
}
