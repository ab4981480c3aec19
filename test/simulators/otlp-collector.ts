// A collector of OpenTelemetry's traces on its real wire, OTLP over HTTP with JSON (opentelemetry-proto, trace/v1): POST
// /v1/traces. Strict: a request that its schema does not allow is answered with 400 and kept as a fault.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const value = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.union([z.number().int(), z.string().regex(/^-?\d+$/)]) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value }));
/** Unix time, ns. */
const time = z.string().regex(/^\d{19}$/);
const spanSchema = z
  .strictObject({
    traceId: z.string().regex(/^(?!0+$)[\da-f]{32}$/),
    spanId: z.string().regex(/^(?!0+$)[\da-f]{16}$/),
    parentSpanId: z
      .string()
      .regex(/^(?!0+$)[\da-f]{16}$/)
      .optional(),
    traceState: z.string().optional(),
    flags: z.number().optional(),
    name: z.string().min(1),
    kind: z.number().int().min(1).max(5),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes,
    droppedAttributesCount: z.number(),
    events: z.array(
      z.strictObject({ timeUnixNano: time, name: z.string(), attributes, droppedAttributesCount: z.number() }),
    ),
    droppedEventsCount: z.number(),
    links: z.array(z.never()),
    droppedLinksCount: z.number(),
    status: z.strictObject({ code: z.number().int().min(0).max(2), message: z.string().optional() }),
  })
  .refine((span) => BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), 'ends before it begins');
const requestSchema = z.strictObject({
  resourceSpans: z
    .array(
      z.strictObject({
        resource: z.strictObject({ attributes, droppedAttributesCount: z.number() }),
        scopeSpans: z.array(
          z.strictObject({
            scope: z.strictObject({ name: z.string(), version: z.string().optional() }),
            spans: z.array(spanSchema).min(1),
            schemaUrl: z.string().optional(),
          }),
        ),
        schemaUrl: z.string().optional(),
      }),
    )
    .min(1),
});

export type CollectedSpan = z.infer<typeof spanSchema> & { readonly facts: Readonly<Record<string, unknown>> };

export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly faults: string[] = [];
  readonly resources: Readonly<Record<string, unknown>>[] = [];
  /** Of each request. */
  readonly authorizations: (string | undefined)[] = [];
  /** Everything that was sent, as it was. */
  raw = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpCollector> {
    const server = createServer();
    const collector = new OtlpCollector(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts);
        const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
        collector.authorizations.push(request.headers.authorization);
        const fault = collector.take(`${request.method} ${request.url}`, request.headers['content-type'], text);
        if (fault !== undefined) collector.faults.push(fault);
        response.writeHead(fault === undefined ? 200 : 400, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(what: string, type: string | undefined, text: string): string | undefined {
    if (what !== 'POST /v1/traces') return `${what} is no place of a collector`;
    if (type !== 'application/json') return `content-type ${type}`;
    const read = requestSchema.safeParse(JSON.parse(text));
    if (!read.success) return z.prettifyError(read.error);
    this.raw += text;
    for (const { resource, scopeSpans } of read.data.resourceSpans) {
      this.resources.push(factsOf(resource.attributes));
      for (const { spans } of scopeSpans) {
        this.spans.push(...spans.map((span) => ({ ...span, facts: factsOf(span.attributes) })));
      }
    }
    return undefined;
  }
}

const factsOf = (list: z.infer<typeof attributes>): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value: held }) => [key, Object.values(held)[0]]));
