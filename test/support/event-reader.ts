// Reads server-sent events by fetch, as a page does that keeps its token out of addresses.
import { waitFor } from './wait-for.js';

export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** For a machine that does ten other things, ms. */
const PATIENCE_MS = 20_000;

export class EventReader {
  readonly events: ServerEvent[] = [];
  comments = 0;
  /** The server has ended the stream. */
  ended = false;
  private readonly controller = new AbortController();

  private constructor(readonly status: number) {}

  /** Rejects for an answer that is no stream of events. */
  static async open(url: string, token: string): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
    if (!response.ok || response.body === null) throw new Error(`${response.status} ${await response.text()}`);
    const reader = new EventReader(response.status);
    reader.controller.signal.addEventListener('abort', () => abort.abort());
    void reader.read(response.body);
    return reader;
  }

  /** The first event of that name that passes, now or soon. */
  async until(event: string, pass: (data: ServerEvent['data']) => boolean = () => true): Promise<ServerEvent['data']> {
    const find = (): ServerEvent | undefined => this.events.find((one) => one.event === event && pass(one.data));
    await waitFor(() => find() !== undefined, PATIENCE_MS);
    return find()?.data ?? {};
  }

  names(): readonly string[] {
    return this.events.map(({ event }) => event);
  }

  close(): void {
    this.controller.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
      this.ended = true;
    } catch (error) {
      if (!this.controller.signal.aborted) throw error;
    }
  }

  private take(block: string): void {
    if (block.startsWith(':')) {
      this.comments += 1;
      return;
    }
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
    );
    const { event = 'message', id, data = '{}' } = fields;
    this.events.push({
      event,
      ...(id === undefined ? {} : { id }),
      data: JSON.parse(data) as ServerEvent['data'],
    });
  }
}
