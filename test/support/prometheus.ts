// A real Prometheus on a free port of this machine, which scrapes one server.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

const START_MS = 30_000;

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
}

export class Prometheus {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** Scrapes `port` of this machine every second, as job `parley`, with that bearer token. */
  static async scraping(port: number, token: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-prometheus-'));
    const scrape = {
      job_name: 'parley',
      authorization: { credentials: token },
      static_configs: [{ targets: [`127.0.0.1:${port}`] }],
    };
    // JSON is YAML.
    const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [scrape] };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const own = await freePort();
    const running = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      { stdio: 'ignore' },
    );
    const prometheus = new Prometheus(running, folder, own);
    await waitFor(() => prometheus.isReady(), START_MS);
    return prometheus;
  }

  /** What the query finds now. Throws with Prometheus's own words for one that it cannot read. */
  async query(query: string): Promise<readonly Series[]> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/query?query=${encodeURIComponent(query)}`);
    const answer = (await response.json()) as { data?: { result: Series[] }; error?: string };
    if (answer.data === undefined) throw new Error(`${query}: ${answer.error ?? response.status}`);
    return answer.data.result;
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isReady(): Promise<boolean> {
    if (this.process.exitCode !== null) throw new Error(`prometheus ended with ${this.process.exitCode}`);
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/-/ready`)).ok;
    } catch {
      return false;
    }
  }
}
