// Nothing is changed without the caller's yes. The platform asks (see reply/question.ts); here is kept what it has asked
// and the caller has heard, and what the very next turn makes of it. No model has a say in it.
import type { ToolCall } from '../llm/llm.port.js';

/** What is asked before a call is made. Plain JSON. */
export interface Question {
  readonly call: ToolCall;
  /** What the call would do, with every number, address and amount: a yes counts only when all of it was heard. */
  readonly statement: string;
  /** "Shall I send it?" */
  readonly ask: string;
}

/** A turn of the caller that a reply answers. */
export interface AnsweredTurn {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** What the caller has said to a question that was heard. */
export interface Answer {
  readonly verdict: 'yes' | 'no';
  /** Counts the questions heard in this call, from 1. */
  readonly number: number;
  readonly question: Question;
}

/** Reads the caller's words as the answer to a question; undefined when they are neither a clear yes nor a no. */
export type AnswerReader = (text: string, question: Question) => Answer['verdict'] | undefined;

interface OpenQuestion {
  readonly question: Question;
  readonly number: number;
  /** Number of the turn that answers it, once there is one. */
  readonly turn?: number;
}

/** Plain JSON. */
export interface GateSnapshot {
  readonly heard: number;
  readonly open?: OpenQuestion;
}

export class ConfirmationGate {
  private open: OpenQuestion | undefined;
  private count = 0;

  constructor(private readonly read: AnswerReader) {}

  /** The caller has heard what would be done: the next turn may agree to it. */
  heard(question: Question): void {
    this.count += 1;
    this.open = { question, number: this.count };
  }

  /**
   * A reply begins, to this turn or to none. Returns what the turn says to the open question. Whatever is not the very next
   * turn closes it. The same turn may come again, longer: two turns with nothing heard between them are one.
   */
  answered(turn: AnsweredTurn | undefined): Answer | undefined {
    const { open } = this;
    if (open === undefined) return undefined;
    const next = turn !== undefined && (open.turn === undefined || open.turn === turn.number);
    this.open = next ? { ...open, turn: turn.number } : undefined;
    return next ? this.answerOf(open, turn.text) : undefined;
  }

  /** What `answered` would return, without changing anything. */
  preview(turn: AnsweredTurn): Answer | undefined {
    const { open } = this;
    if (open === undefined || (open.turn !== undefined && open.turn !== turn.number)) return undefined;
    return this.answerOf(open, turn.text);
  }

  /** Whether the caller has been asked something, and nobody has answered it. */
  get isOpen(): boolean {
    return this.open !== undefined && this.open.turn === undefined;
  }

  /** Whether this is still the caller's last word: asked right before the call is made. */
  holds(answer: Answer): boolean {
    return answer.verdict === 'yes' && this.open?.number === answer.number;
  }

  snapshot(): GateSnapshot {
    return this.open === undefined ? { heard: this.count } : { heard: this.count, open: this.open };
  }

  restore({ heard, open }: GateSnapshot): void {
    this.count = heard;
    this.open = open;
  }

  private answerOf({ question, number }: OpenQuestion, text: string): Answer | undefined {
    const verdict = this.read(text, question);
    return verdict === undefined ? undefined : { verdict, number, question };
  }
}

/** Whether two replies would do the same about a question. */
export const sameAnswer = (a: Answer | undefined, b: Answer | undefined): boolean =>
  a?.verdict === b?.verdict && a?.number === b?.number;
