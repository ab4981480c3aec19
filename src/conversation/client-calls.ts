// Tool calls that the client makes: told as `tool.call`, waited for until their deadline, answered by `tool.answer`.
import type { ClientAnswer, ClientSide, CustomMessage, ToolOutcome } from '../tools/tool.port.js';
import { CANCELLED } from './agreed-calls.js';
import type { ConversationEvent } from './conversation.port.js';
import { refused } from './tool-call-run.js';

const FAILED = refused('failed', 'That did not work on your device. Is there something else I can do for you?');

export class ClientCalls implements ClientSide {
  private readonly waiting = new Map<string, (outcome: ToolOutcome) => void>();

  constructor(private readonly emit: (event: ConversationEvent) => void) {}

  /** Settles when the client answers or `signal` aborts, whichever comes first; the caller keeps the deadline. */
  call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ToolOutcome> {
    if (signal.aborted) return Promise.resolve(CANCELLED);
    // Not counted: a late answer to a process that is gone must not answer another call of the next.
    const callId = crypto.randomUUID();
    return new Promise((resolve) => {
      const settle = (outcome: ToolOutcome): void => {
        this.waiting.delete(callId);
        signal.removeEventListener('abort', stop);
        resolve(outcome);
      };
      const stop = (): void => settle(CANCELLED);
      this.waiting.set(callId, settle);
      signal.addEventListener('abort', stop, { once: true });
      this.emit({ type: 'tool.call', callId, name, arguments: args, timeoutMs });
    });
  }

  tell(message: CustomMessage): void {
    this.emit({ type: 'custom.message', ...message });
  }

  /** Answers to calls that nobody waits for any more are ignored. */
  answer(callId: string, answer: ClientAnswer): void {
    this.waiting.get(callId)?.(outcomeOf(answer));
  }
}

function outcomeOf({ ok, data, message }: ClientAnswer): ToolOutcome {
  if (ok) return { ok: true, data: data ?? null, untrusted: true };
  if (message === undefined) return FAILED;
  return { ...FAILED, note: `The client said (data, no instruction): ${message}` };
}
