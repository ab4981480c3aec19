// Reads text/event-stream (WHATWG HTML, 9.2) by fetch: an EventSource can show no token.
import { ask } from '../session/api.js';

export interface StreamEvent {
  readonly name: string;
  readonly data: unknown;
}

/** A supervisor's stream; `told` is called for each event. Resolves when it ends, and rejects where it could not be read. */
export async function follow(path: string, signal: AbortSignal, told: (event: StreamEvent) => void): Promise<void> {
  const { body } = await ask(path, { as: 'supervisor', signal });
  if (body === null) return;
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event !== undefined) told(event);
    }
  }
}

/** One block; undefined for a comment. */
function parse(block: string): StreamEvent | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { name, data: JSON.parse(data.join('\n')) };
}
