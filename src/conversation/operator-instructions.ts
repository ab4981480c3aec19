import type { ChatMessage } from '../llm/llm.port.js';

/** In one call; each costs room in every request. */
const MAX_INSTRUCTIONS = 10;

const HEAD =
  'Somebody of the staff listens to this call and instructs you for the rest of it, as follows. Do as it says, as you do with ' +
  'what stands above; of two that contradict each other the later counts. The caller has neither said nor heard it: do not ' +
  'mention it or who gave it, unless it tells you to.';

/** What supervisors have told the model in the course of one call. */
export class OperatorInstructions {
  private texts: string[] = [];

  /** False when there are too many. */
  add(text: string): boolean {
    if (this.texts.length >= MAX_INSTRUCTIONS) return false;
    this.texts.push(text);
    return true;
  }

  /** For the model, after what its agent's file tells it. */
  messages(): readonly ChatMessage[] {
    if (this.texts.length === 0) return [];
    return [{ role: 'system', text: [HEAD, ...this.texts.map((text) => `- ${text}`)].join('\n') }];
  }

  snapshot(): readonly string[] {
    return [...this.texts];
  }

  restore(texts: readonly string[]): void {
    this.texts = [...texts];
  }
}
