import type { CallObserver } from '../../calls/call-observer.port.js';
import { settledWithin } from '../../deadline/within.js';
import { CallSpans } from './call-spans.js';
import { TraceIds } from './trace-ids.js';

/** Spans that wait to be sent; more are thrown away, so that a collector that is gone costs no memory. */
const MOST_WAITING = 2_048;
/** How long a batch may take, ms. */
const SEND_MS = 5_000;
/** How long what is left may take when the server stops, ms. */
const CLOSE_MS = 3_000;

export interface TracingOptions {
  /** Base address of a collector that speaks OTLP over HTTP, such as http://localhost:4318. */
  readonly endpoint: string;
  /** Sent with each request: a collector's key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Of the server. */
  readonly version: string;
}

export interface Tracing {
  readonly observer: CallObserver;
  /** Sends what is left, within 3 s. */
  close(): Promise<void>;
}

/** Nest injection token of the Tracing; undefined where there is no collector. */
export const TRACING = Symbol('Tracing');

/** Loads OpenTelemetry, which nobody needs who has no collector. */
export async function openTracing({ endpoint, headers, serviceName, version }: TracingOptions): Promise<Tracing> {
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const ids = new TraceIds();
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: SEND_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': String(process.pid),
    }),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: MOST_WAITING, exportTimeoutMillis: SEND_MS })],
    idGenerator: ids,
  });
  return {
    observer: new CallSpans(provider.getTracer('parley'), ids),
    close: async () => {
      await settledWithin(provider.shutdown(), CLOSE_MS);
    },
  };
}
