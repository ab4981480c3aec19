import type { ChatMessage } from '../../llm/llm.port.js';

/** Makes less of the oldest part of a long call, beside the talk. */
export interface Summariser {
  /**
   * What matters of `gone`, which the context has no room for, and of the summary `before` it: plain text. Rejects when it
   * cannot be had; then the context keeps a record of its own making.
   */
  summarise(before: string, gone: readonly ChatMessage[], signal: AbortSignal): Promise<string>;
}
