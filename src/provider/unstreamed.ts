// An answer that came whole although a stream was asked for, as the stream of one event that it might have been.

/** Longer is no answer of a model's, bytes. */
const MAX_BYTES = 1_048_576;

/** Whether a request wants events. */
export const wantsStream = (init: RequestInit | undefined): boolean =>
  typeof init?.body === 'string' && init.body.includes('"stream":true');

/** Reads the body, up to 1 MiB of it: a longer one fails as JSON that ends early. */
export async function asStream(response: Response): Promise<Response> {
  const decoder = new TextDecoder();
  let text = '';
  let left = MAX_BYTES;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true });
    left -= chunk.length;
    if (left <= 0) break;
  }
  const event = `data: ${text.replaceAll(/[\r\n]+/g, ' ')}\n\ndata: [DONE]\n\n`;
  return new Response(event, { status: response.status, headers: { 'content-type': 'text/event-stream' } });
}
