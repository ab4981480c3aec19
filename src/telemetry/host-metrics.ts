// One scrape tells of all workers of this host: PM2 gives it to any of them, and that one asks the others.
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** How long a worker that stands still is waited for, ms. */
const ANSWER_WITHIN_MS = 1_000;
const SOCKET = /^(\d{1,10})\.sock$/;

/** As `getMetricsAsJSON` gives them. */
interface Metric {
  readonly values: readonly { readonly labels: Readonly<Record<string, string | number>> }[];
}

export interface HostMetricsOptions {
  readonly registry: Registry;
  /** Workers that have the same are each other's. */
  readonly dataDir: string;
  readonly log: { warn(line: string): void };
}

/**
 * Each worker answers on a socket in a folder of this user's; the samples of each have its process as the label `worker`, so
 * that the counter of one that was replaced ends, and no sum goes down.
 */
export class HostMetrics {
  private readonly folder: string;
  private server: Server | undefined;

  constructor(private readonly options: HostMetricsOptions) {
    // The path of a socket may have about a hundred characters, which a data folder may use up.
    const of = createHash('sha256').update(options.dataDir).digest('hex').slice(0, 16);
    this.folder = join(tmpdir(), `parley-metrics-${of}`);
  }

  /** Begins to answer the others. Where that is not possible each worker tells of itself alone, and the log says so. */
  async open(): Promise<void> {
    const { registry, log } = this.options;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const { uid } = lstatSync(this.folder);
      if (uid !== process.getuid?.()) throw new Error(`${this.folder} belongs to another user`);
      chmodSync(this.folder, 0o700);
      const own = join(this.folder, `${process.pid}.sock`);
      rmSync(own, { force: true });
      const server = createServer((_request, response) => {
        registry.getMetricsAsJSON().then(
          (metrics) => response.end(JSON.stringify(metrics)),
          () => response.writeHead(500).end(),
        );
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(own, resolve);
      });
      this.server = server.unref();
    } catch (error) {
      log.warn(`each worker’s /metrics tells of itself alone: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
    this.server = undefined;
  }

  /** In Prometheus's text format. A worker that does not answer in time is missing in it. */
  async text(): Promise<string> {
    const { registry } = this.options;
    if (this.server === undefined) return registry.metrics();
    const others = readdirSync(this.folder).flatMap((name) => SOCKET.exec(name)?.[1] ?? []);
    const all = others.filter((pid) => Number(pid) !== process.pid).map((pid) => this.ask(pid));
    const own = registry
      .getMetricsAsJSON()
      .then((metrics) => labelled(metrics as unknown as Metric[], String(process.pid)));
    const found = await Promise.all([own, ...all]);
    return AggregatorRegistry.aggregate(found.filter((metrics) => metrics.length > 0)).metrics();
  }

  private ask(pid: string): Promise<Metric[]> {
    const socketPath = join(this.folder, `${pid}.sock`);
    const answer = Promise.withResolvers<Metric[]>();
    const nothing = (): void => answer.resolve([]);
    const request = get({ socketPath, path: '/', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', nothing);
      response.on('end', () => {
        try {
          answer.resolve(labelled(JSON.parse(Buffer.concat(parts).toString()) as Metric[], pid));
        } catch {
          nothing();
        }
      });
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever was killed has left it behind.
      if (error.code === 'ECONNREFUSED') rmSync(socketPath, { force: true });
      nothing();
    });
    return answer.promise;
  }
}

const labelled = (metrics: readonly Metric[], worker: string): Metric[] =>
  metrics.map((metric) => ({
    ...metric,
    values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker } })),
  }));
