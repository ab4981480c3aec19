import { MAX_CLIENT_RESULT_CHARS } from '../src/bounds/texts.port.js';
import type { NumberedMessage, ServerMessageOf, ToolAnswerMessage } from './wire/messages.js';

/**
 * What the page can do for the agent. Returns what it found, as JSON can say it, or throws an error whose message the agent
 * is told. `signal` aborts when the agent no longer waits.
 */
export type PageTool = (args: Readonly<Record<string, unknown>>, signal: AbortSignal) => unknown;

/** Runs the tools of the page when the server calls them, and answers each call once. */
export class PageTools {
  readonly #tools: Readonly<Record<string, PageTool>>;
  readonly #say: (message: NumberedMessage) => void;

  constructor(tools: Readonly<Record<string, PageTool>>, say: (message: NumberedMessage) => void) {
    this.#tools = tools;
    this.#say = say;
  }

  async take({ callId, name, arguments: args, timeoutMs }: ServerMessageOf<'tool.call'>): Promise<void> {
    const tool = Object.hasOwn(this.#tools, name) ? this.#tools[name] : undefined;
    try {
      if (tool === undefined) throw new Error(`There is no tool ${name} here.`);
      const data = await tool(argumentsOf(args), AbortSignal.timeout(timeoutMs));
      this.#answer({ type: 'tool.answer', callId, ok: true, ...(data === undefined ? {} : { data }) });
    } catch (error) {
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      this.#answer({ type: 'tool.answer', callId, ok: false, message });
    }
  }

  /** Throws for what cannot be said. */
  #answer(answer: ToolAnswerMessage): void {
    const said = JSON.parse(JSON.stringify(answer)) as ToolAnswerMessage;
    if ((JSON.stringify(said.data)?.length ?? 0) > MAX_CLIENT_RESULT_CHARS) throw new Error('The result is too long.');
    this.#say(said);
  }
}

const argumentsOf = (args: unknown): Readonly<Record<string, unknown>> =>
  typeof args === 'object' && args !== null ? (args as Record<string, unknown>) : {};
