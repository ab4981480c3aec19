// Metrics of several workers, each a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter, Histogram, Registry } from 'prom-client';
import { HostMetrics } from './host-metrics.js';

const dataDir = mkdtempSync(join(tmpdir(), 'parley-host-metrics-'));
const warnings: string[] = [];

function worker(): { metrics: HostMetrics; registry: Registry; counter: Counter<'agent'> } {
  const registry = new Registry();
  const counter = new Counter({ name: 'calls_total', help: 'Calls', labelNames: ['agent'], registers: [registry] });
  new Histogram({ name: 'stage_seconds', help: 'Stages', buckets: [0.1, 1], registers: [registry] }).observe(0.5);
  const metrics = new HostMetrics({ registry, dataDir, log: { warn: (line) => warnings.push(line) } });
  return { metrics, registry, counter };
}

const folder = (): string => (worker().metrics as unknown as { folder: string }).folder;

describe('metrics of a host', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder(), { recursive: true, force: true });
    warnings.length = 0;
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  /** Another process on the same folder, which answers as a worker does, or as one that stands still. */
  async function another(answers: boolean): Promise<ChildProcess> {
    const file = join(dataDir, 'worker.mjs');
    writeFileSync(
      file,
      `import { createServer } from 'node:http';
       const metrics = [{ name: 'calls_total', help: 'Calls', type: 'counter', aggregator: 'sum', values: [{ value: 7, labels: { agent: 'julia' } }] }];
       createServer((request, response) => { if (${answers}) response.end(JSON.stringify(metrics)); })
         .listen(process.argv[2] + '/' + process.pid + '.sock', () => process.send('ready'));`,
    );
    const child = fork(file, [folder()]);
    children.push(child);
    await once(child, 'message');
    return child;
  }

  it('are this process’s alone, without a label, where there is one worker', async () => {
    const { metrics, counter, registry } = worker();
    counter.inc({ agent: 'julia' }, 3);
    expect(await metrics.text()).toBe(await registry.metrics());
  });

  it('have the samples of every worker, each under its process', async () => {
    const { metrics, counter } = worker();
    counter.inc({ agent: 'julia' }, 3);
    await metrics.open();
    const { pid } = await another(true);
    const text = await metrics.text();
    expect(text).toContain(`calls_total{agent="julia",worker="${process.pid}"} 3`);
    expect(text).toContain(`calls_total{agent="julia",worker="${pid}"} 7`);
    expect(text).toContain(`stage_seconds_bucket{le="1",worker="${process.pid}"} 1`);
    expect(text.match(/# TYPE calls_total counter/g)).toHaveLength(1);
    metrics.close();
  });

  it('go on without a worker that stands still, and forget one that was killed', async () => {
    const { metrics, counter } = worker();
    counter.inc({ agent: 'julia' });
    await metrics.open();
    const still = await another(false);
    const killed = await another(true);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const text = await metrics.text();
    expect(text).toContain('calls_total{agent="julia",worker="');
    expect(text).not.toContain(`worker="${still.pid}"`);
    expect(readdirSync(folder()).sort()).toEqual([`${process.pid}.sock`, `${still.pid}.sock`].sort());
    metrics.close();
    expect(existsSync(join(folder(), `${process.pid}.sock`))).toBe(false);
  });

  it('are each worker’s own, and that is said, where the place of the sockets is taken', async () => {
    const { metrics, counter } = worker();
    counter.inc({ agent: 'julia' });
    writeFileSync(folder(), '');
    await metrics.open();
    expect(warnings).toEqual([expect.stringMatching(/^each worker’s \/metrics tells of itself alone: /)]);
    expect(await metrics.text()).toContain('calls_total{agent="julia"} 1');
  });

  it('survive what is no answer', async () => {
    const { metrics } = worker();
    await metrics.open();
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{"a'));
    server.listen(join(folder(), '1.sock'));
    await once(server, 'listening');
    expect(await metrics.text()).toContain('stage_seconds');
    server.close();
    metrics.close();
  });
});
