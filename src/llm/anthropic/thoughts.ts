import type Anthropic from '@anthropic-ai/sdk';

// A model that thinks before it calls a tool wants its thoughts back with the tool's answer, unchanged and signed; the API
// refuses the request otherwise (docs.claude.com/en/docs/build-with-claude/extended-thinking, "Preserving thinking
// blocks"). The conversation does not know of thoughts, so they are kept here, by the ids of the calls they led to.

export type Thought = Anthropic.Messages.ThinkingBlockParam | Anthropic.Messages.RedactedThinkingBlockParam;

/** Calls that are waiting for their tools, in all conversations of this process; older ones are of turns long past. */
const MAX_CALLS = 1000;

export class Thoughts {
  private readonly byCall = new Map<string, readonly Thought[]>();

  /** Keeps what was thought before these calls. */
  keep(callIds: readonly string[], thoughts: readonly Thought[]): void {
    if (thoughts.length === 0) return;
    for (const id of callIds) this.byCall.set(id, thoughts);
    for (const oldest of this.byCall.keys()) {
      if (this.byCall.size <= MAX_CALLS) return;
      this.byCall.delete(oldest);
    }
  }

  /** What was thought before these calls of one message; nothing when it is not known. */
  of(callIds: readonly string[]): readonly Thought[] {
    for (const id of callIds) {
      const known = this.byCall.get(id);
      if (known !== undefined) return known;
    }
    return [];
  }
}
