// A language model that is not told the caller's values: it sees tokens, and what it writes is put back.
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest, ToolCall } from '../llm/llm.port.js';
import { TokenStream } from './token-stream.js';
import { TOKEN, type Vault } from './vault.js';

const ABOUT_TOKENS =
  'Tokens in square brackets such as [card_1] stand for values of the caller that you are not shown. Use them as they are, ' +
  'in what you say and in the arguments of tools; never ask for a value that you have a token for.';

export class RedactedModel implements LanguageModel {
  readonly name: string;

  /** `wordsFor`: what is said where the model has written a token; undefined: nothing else than the token. */
  constructor(
    private readonly inner: LanguageModel,
    private readonly vault: Vault,
    private readonly wordsFor: (token: string, before: string) => string | undefined,
  ) {
    this.name = inner.name;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    const text = new TokenStream(this.wordsFor);
    for await (const part of this.inner.stream(this.redacted(request), signal)) {
      if (part.type === 'text') {
        const delta = text.add(part.delta);
        if (delta !== '') yield { type: 'text', delta };
        continue;
      }
      const rest = text.end();
      if (rest !== '') yield { type: 'text', delta: rest };
      yield part.type === 'tool.call' ? { ...part, call: this.revealed(part.call) } : part;
    }
  }

  private redacted(request: LlmRequest): LlmRequest {
    // The operator's own instructions come first, and are his own.
    const messages = request.messages.map((message, n) =>
      n === 0 && message.role === 'system' ? message : this.redactedMessage(message),
    );
    const hidden = messages.some((message, n) => message !== request.messages[n]);
    if (!hidden) return request;
    const [first] = messages;
    const about: ChatMessage = { role: 'system', text: ABOUT_TOKENS };
    return first?.role === 'system'
      ? { ...request, messages: [first, about, ...messages.slice(1)] }
      : { ...request, messages: [about, ...messages] };
  }

  private redactedMessage(message: ChatMessage): ChatMessage {
    if (message.role === 'tool') return changed(message, 'content', this.redactedJson(message.content));
    const told = changed(message, 'text', this.vault.redact(message.text));
    if (told.role !== 'assistant' || told.toolCalls === undefined) return told;
    const toolCalls = told.toolCalls.map((call) => changed(call, 'arguments', this.redactedJson(call.arguments)));
    return toolCalls.every((call, n) => call === told.toolCalls?.[n]) ? told : { ...told, toolCalls };
  }

  /** JSON as text, or what was meant to be. */
  private redactedJson(json: string): string {
    const redacted = this.vault.redact(json);
    if (redacted === json) return json;
    try {
      return JSON.stringify(this.vault.redactJson(JSON.parse(json)));
    } catch {
      return redacted;
    }
  }

  /** The tool gets what the tokens stand for. */
  private revealed(call: ToolCall): ToolCall {
    const revealed = call.arguments.replace(TOKEN, (token) => {
      const value = this.vault.valueOf(token)?.value;
      return value === undefined ? token : JSON.stringify(value).slice(1, -1);
    });
    return changed(call, 'arguments', revealed);
  }
}

/** The object itself when nothing has changed. */
const changed = <T extends object, K extends keyof T>(object: T, key: K, value: T[K]): T =>
  object[key] === value ? object : { ...object, [key]: value };
