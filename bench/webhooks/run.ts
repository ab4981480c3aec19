// Webhooks in: how many signed events of transcripts a second are accepted, each looked up, on disk and answered with 200,
// and what one costs the server's process with all its threads, the storing in the embedded database included. The server
// has a processor of its own where the machine allows it.
//   npm run bench -- webhooks [--events 10000] [--calls 100] [--connections 64] [--rate 0] [--json FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { elevenLabsSignature } from '../../test/support/webhook-app.js';
import { startChild, type Usage } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';
import type { WebhookServer } from './server.js';

const WARM_UP = 2_000;
/** Until what is on disk is in the database as well, ms. */
const STORED_MS = 5_000;

export async function runWebhooks(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '10000' },
      calls: { type: 'string', default: '100' },
      connections: { type: 'string', default: '64' },
      rate: { type: 'string', default: '0' },
      json: { type: 'string' },
    },
  });
  const [events, connections, rate] = [Number(values.events), Number(values.connections), Number(values.rate)];
  const server = await startChild<WebhookServer>(
    fileURLToPath(new URL('./server.js', import.meta.url)),
    [values.calls],
    0,
  );
  const { url, calls } = server.hello;
  const pool = new Pool(new URL(url).origin, { connections, pipelining: 1 });
  const path = new URL(url).pathname;
  let count = 0;
  const waits: number[] = [];
  const send = async (): Promise<void> => {
    count += 1;
    const said = {
      call_sid: calls[count % calls.length],
      speaker: 'user',
      message: `This is what was said, ${count}.`,
    };
    const body = JSON.stringify({ ...said, timestamp: Date.now() });
    const headers = { 'content-type': 'application/json', 'elevenlabs-signature': elevenLabsSignature(body) };
    const began = performance.now();
    const response = await pool.request({ method: 'POST', path, headers, body });
    await response.body.dump();
    waits.push(performance.now() - began);
    if (response.statusCode !== 200) throw new Error(`an event was answered with ${response.statusCode}`);
  };
  /** As many at once as there are connections; at `rate` a second when that is not 0. */
  const sendAll = async (wanted: number): Promise<void> => {
    const began = performance.now();
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (begun < wanted) {
        const due = rate === 0 ? 0 : began + (begun * 1000) / rate;
        begun += 1;
        const early = due - performance.now();
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        await send();
      }
    };
    await Promise.all(Array.from({ length: connections }, lane));
  };
  try {
    await sendAll(WARM_UP);
    waits.length = 0;
    const before = await server.ask<Usage>({});
    const began = performance.now();
    await sendAll(events);
    const seconds = (performance.now() - began) / 1000;
    const answered = await server.ask<Usage>({});
    await new Promise((resolve) => setTimeout(resolve, STORED_MS));
    const stored = await server.ask<Usage>({});
    const row = {
      events,
      connections,
      perSecond: Math.round(events / seconds),
      p50: quantile(waits, 0.5),
      p99: quantile(waits, 0.99),
      cpuMsAnswered: (answered.cpuMicros - before.cpuMicros) / 1000 / events,
      cpuMsStored: (stored.cpuMicros - before.cpuMicros) / 1000 / events,
      rssMiB: stored.rssBytes / 1_048_576,
    };
    console.log(`\nwebhooks in: ${events} events over ${connections} connections, ${calls.length} calls`);
    console.log(`accepted a second: ${row.perSecond}; wait p50 ${row.p50.toFixed(1)} ms, p99 ${row.p99.toFixed(1)} ms`);
    console.log(
      `CPU of the server for one event: ${row.cpuMsAnswered.toFixed(2)} ms until all were answered, ` +
        `${row.cpuMsStored.toFixed(2)} ms until ${STORED_MS / 1000} s later; ${row.rssMiB.toFixed(0)} MiB`,
    );
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);
  } finally {
    await pool.destroy();
    await server.stop();
  }
}
