// A receiver of faults on Sentry's real wire: POST /api/PROJECT/envelope/ (develop.sentry.dev/sdk/data-model/envelopes).
// Strict: an envelope, an item or an event that the protocol does not allow, or that says more than the product means to say,
// is answered with 400 and kept as a fault.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const PROJECT = '7';

const envelopeHeader = z.strictObject({
  event_id: z.string().regex(/^[\da-f]{32}$/),
  sent_at: z.iso.datetime(),
  sdk: z.strictObject({ name: z.string(), version: z.string() }).optional(),
});
const itemHeader = z.strictObject({
  type: z.literal('event'),
  length: z.number().int().optional(),
  content_type: z.literal('application/json').optional(),
});
const frame = z.strictObject({
  filename: z.string().optional(),
  function: z.string().optional(),
  lineno: z.number().int().positive().optional(),
  colno: z.number().int().positive().optional(),
  in_app: z.boolean(),
});
const eventSchema = z.strictObject({
  event_id: z.string().regex(/^[\da-f]{32}$/),
  timestamp: z.number(),
  platform: z.literal('node'),
  level: z.enum(['error', 'fatal']),
  release: z.string().min(1).max(200),
  environment: z
    .string()
    .regex(/^[^\s/]+$/)
    .max(64),
  tags: z.record(z.string().max(32), z.string().max(200)),
  contexts: z.strictObject({ runtime: z.strictObject({ name: z.string(), version: z.string() }) }),
  exception: z.strictObject({
    values: z
      .array(
        z.strictObject({
          type: z.string().min(1),
          value: z.string().optional(),
          mechanism: z.strictObject({ type: z.string(), handled: z.boolean() }),
          stacktrace: z.strictObject({ frames: z.array(frame).min(1) }).optional(),
        }),
      )
      .length(1),
  }),
});

export type ReceivedEvent = z.infer<typeof eventSchema>;

export interface SentryKnobs {
  /** Answers with this instead of 200. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  silent?: boolean;
}

export class SentryReceiver {
  readonly events: ReceivedEvent[] = [];
  readonly faults: string[] = [];
  readonly knobs: SentryKnobs = {};
  /** Requests that came, taken or not, and those that wait for an answer. */
  requests = 0;
  waiting = 0;
  /** Everything that was sent, as it was, with its headers. */
  raw = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SentryReceiver> {
    const server = createServer();
    const receiver = new SentryReceiver(server);
    server.on('request', (request, response: ServerResponse) => {
      receiver.requests += 1;
      receiver.waiting += 1;
      response.on('close', () => (receiver.waiting -= 1));
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const text = Buffer.concat(parts).toString();
        receiver.raw += `${JSON.stringify(request.headers)}\n${text}\n`;
        const { silent = false, status, headers = {} } = receiver.knobs;
        if (silent) return;
        if (status !== undefined) {
          response.writeHead(status, headers).end('{}');
          return;
        }
        const fault = receiver.take(`${request.method} ${request.url}`, request.headers['content-type'], text);
        if (fault !== undefined) receiver.faults.push(fault);
        response.writeHead(fault === undefined ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get dsn(): string {
    return `http://${KEY}@127.0.0.1:${(this.server.address() as AddressInfo).port}/${PROJECT}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(what: string, type: string | undefined, text: string): string | undefined {
    const [place, query] = what.split('?');
    if (place !== `POST /api/${PROJECT}/envelope/`) return `${what} is no place of a receiver`;
    const asked = new URLSearchParams(query);
    if (asked.get('sentry_key') !== KEY || asked.get('sentry_version') !== '7') return `not authorized: ${query}`;
    if (type !== 'application/x-sentry-envelope') return `content-type ${type}`;
    const [head = '', item = '', body = '', ...rest] = text.split('\n');
    if (rest.some((line) => line !== '')) return 'more than one item';
    try {
      const envelope = envelopeHeader.parse(JSON.parse(head));
      const { length } = itemHeader.parse(JSON.parse(item));
      if (length !== undefined && length !== Buffer.byteLength(body)) return `length ${length}`;
      const event = eventSchema.parse(JSON.parse(body));
      if (event.event_id !== envelope.event_id) return 'the envelope is of another event';
      if (this.events.some(({ event_id: id }) => id === event.event_id)) return 'the same event again';
      this.events.push(event);
      return undefined;
    } catch (error) {
      return error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    }
  }
}
