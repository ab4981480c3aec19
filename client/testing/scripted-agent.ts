// An agent for the terminal client's specs: hears loudness instead of words, answers by a script, with real timing.
import { rms, samplesOf } from '../audio/pcm.js';
import type { ClientMessage, ServerMessage } from '../../src/protocol/index.js';
import { ScriptedServer } from './scripted-server.js';

export interface ScriptedAnswer {
  readonly text: string;
  /** Length of the spoken reply, ms. */
  readonly audioMs: number;
  readonly before?: readonly ServerMessage[];
}

/** Frames of quiet (20 ms each) that end a turn. */
const END_OF_TURN_FRAMES = 10;
const LOUD = 1000;

export class ScriptedAgent {
  #server: ScriptedServer | undefined;
  readonly #answer: (turn: number) => ScriptedAnswer | undefined;
  readonly #greetingMs: number;
  #turns = 0;
  #speaking = false;
  #quiet = 0;
  #response: { readonly id: string; readonly text: string } | undefined;

  private constructor(answer: (turn: number) => ScriptedAnswer | undefined, greetingMs: number) {
    this.#answer = answer;
    this.#greetingMs = greetingMs;
  }

  /** @param answer what to say to turn number n; nothing at all when undefined */
  static async start(answer: (turn: number) => ScriptedAnswer | undefined, greetingMs = 0): Promise<ScriptedAgent> {
    const agent = new ScriptedAgent(answer, greetingMs);
    agent.#server = await ScriptedServer.start({
      onMessage: (message) => agent.#hears(message),
      onAudio: (frame) => agent.#listens(frame),
    });
    return agent;
  }

  get server(): ScriptedServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  #hears(message: ClientMessage): void {
    if (message.type === 'session.start' && this.#greetingMs > 0) this.#speak('g', 'Hello.', this.#greetingMs);
    if (message.type === 'text.submit') this.#turnEnded(message.text);
    if (message.type === 'playback.finished' && message.responseId === this.#response?.id) {
      const { id, text } = this.#response;
      this.#response = undefined;
      this.server.send({ type: 'response.completed', responseId: id, text });
    }
  }

  #listens(frame: Uint8Array): void {
    if (rms(samplesOf(frame)) > LOUD) {
      if (!this.#speaking) this.#speechStarted();
      this.#quiet = 0;
    } else if (this.#speaking && ++this.#quiet === END_OF_TURN_FRAMES) {
      this.#speaking = false;
      this.server.send({ type: 'transcript.final', turnId: `t${this.#turns + 1}`, text: 'something loud' });
      this.#turnEnded('something loud');
    }
  }

  #speechStarted(): void {
    this.#speaking = true;
    this.server.send({ type: 'speech.started', audioMs: 0 });
    if (this.#response !== undefined) {
      this.server.send({ type: 'response.interrupted', responseId: this.#response.id, heardText: 'part' });
      this.#response = undefined;
    }
    this.server.send({ type: 'transcript.partial', turnId: `t${this.#turns + 1}`, text: 'something' });
  }

  #turnEnded(text: string): void {
    this.#turns += 1;
    this.server.send({ type: 'turn.ended', turnId: `t${this.#turns}`, text });
    const answer = this.#answer(this.#turns);
    if (answer !== undefined)
      this.#speak(`r${this.#turns}`, answer.text, answer.audioMs, answer.before, `t${this.#turns}`);
  }

  #speak(id: string, text: string, audioMs: number, before: readonly ServerMessage[] = [], turnId?: string): void {
    this.#response = { id, text };
    const { server } = this;
    server.send({ type: 'response.started', responseId: id, ...(turnId === undefined ? {} : { turnId }) }, ...before);
    server.send({ type: 'response.text', responseId: id, delta: text });
    if (turnId !== undefined) server.send({ type: 'turn.metrics', turnId, voiceToVoiceMs: 12 });
    server.sendAudio(new Int16Array(audioMs * 16).fill(3000));
    server.send({ type: 'response.audio_done', responseId: id, audioMs });
  }
}
