// What a frame costs on its way through the gateway and back, against a bare `ws` echo: server CPU per frame echoed.
// Servers and load run in processes of their own. All servers stay up and take short turns under the same load, and what
// counts is the ratio within each round, so that a busy machine hurts all alike; a second bare server shows what noise is left.
//   npm run build && node dist/bench/gateway-echo.js [--sessions 200] [--rounds 20] [--ms 2000] [--json FILE]
//     [--beside CHECKOUT]  a built checkout of another commit, whose gateway takes its turns in the same run
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';
import { startGatewayApp } from '../test/support/gateway-app.js';
import { answerUsage, startChild } from './lib/children.js';
import type { Child, Usage } from './lib/children.js';
import { quantile } from './lib/statistics.js';

const SELF = fileURLToPath(import.meta.url);

interface Entry {
  readonly name: string;
  readonly role: 'bare' | 'gateway';
  /** The compiled benchmark that serves it. */
  readonly file: string;
}

/** The second bare server tells how far two equal servers seem apart on this machine. */
const contestants = (beside: string | undefined): readonly Entry[] => [
  { name: 'bare ws', role: 'bare', file: SELF },
  { name: 'gateway', role: 'gateway', file: SELF },
  ...(beside === undefined
    ? []
    : [{ name: 'gateway beside', role: 'gateway' as const, file: resolve(beside, 'dist/bench/gateway-echo.js') }]),
  { name: 'bare ws again (control)', role: 'bare', file: SELF },
];
/** 20 ms of 16 kHz PCM16, as most clients send it. */
const FRAME_BYTES = 640;
const FRAMES_PER_SECOND = 50;
/** Pairs before the first that counts: the compiler has to see the code first. */
const WARM_UP_ROUNDS = 2;
/** Between turns, until the other server has nothing left to do, ms. */
const SETTLE_MS = 300;
/** Index of a group of sockets that does not exist. */
const NOBODY = 99;
/** Frames are sent in this many groups, spread over their 20 ms. */
const SLICES = 4;

// ---- the servers

async function serveBare(): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (ws) => ws.on('message', (data, binary) => binary && ws.send(data)));
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function serveGateway(): Promise<string> {
  const unlimited = '1000000';
  const gateway = await startGatewayApp({
    STREAM_RATE_LIMIT_MAX: unlimited,
    STREAM_MAX_SESSIONS: unlimited,
    STREAM_MAX_CONCURRENT_SESSIONS: unlimited,
  });
  return `${gateway.stream}?token=${gateway.token()}`;
}

async function serve(role: 'bare' | 'gateway'): Promise<void> {
  const url = role === 'bare' ? await serveBare() : await serveGateway();
  answerUsage();
  process.send?.({ url });
}

// ---- the load

/** Talks to one server at a time, over sockets that stay open to both. */
async function load(urls: readonly string[], sessions: number): Promise<void> {
  const groups: WebSocket[][] = [];
  let received = 0;
  for (const url of urls) {
    const sockets = await connect(url, sessions);
    for (const ws of sockets) ws.on('message', () => (received += 1));
    groups.push(sockets);
  }
  const frame = Buffer.alloc(FRAME_BYTES, 7);
  const intervalMs = 1000 / FRAMES_PER_SECOND / SLICES;
  let target: WebSocket[] = [];
  let since = performance.now();
  let sent = 0;
  // By the clock, not by the timer: a late timer sends what it owes.
  setInterval(() => {
    const due = Math.floor((performance.now() - since) / intervalMs);
    for (; sent < due; sent += 1) {
      for (let index = sent % SLICES; index < target.length; index += SLICES) target[index]?.send(frame);
    }
  }, intervalMs);
  process.on('message', (group: number) => {
    process.send?.({ received });
    received = 0;
    sent = 0;
    since = performance.now();
    target = groups[group] ?? [];
  });
  process.send?.({ ready: true });
}

async function connect(url: string, sessions: number): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let index = 0; index < sessions; index += 1) {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    sockets.push(ws);
    await once(ws, 'open');
    if (!url.includes('/v1/stream')) continue;
    ws.send('{"type":"session.start","protocol":1}');
    await once(ws, 'message');
  }
  return sockets;
}

// ---- the measurement

type Server = Child<{ readonly url: string }>;

const startServer = async ({ role, file }: Entry): Promise<Server> => startChild(file, ['--role', role], 0);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** CPU per frame of one server while it alone is under load, us. */
async function measure(loading: Child<unknown>, server: Server, group: number, ms: number): Promise<number> {
  await loading.ask(group);
  await pause(SETTLE_MS);
  const before = await server.ask<Usage>({});
  await loading.ask(group);
  await pause(ms);
  const after = await server.ask<Usage>({});
  const { received } = await loading.ask<{ received: number }>(NOBODY);
  await pause(SETTLE_MS);
  return (after.cpuMicros - before.cpuMicros) / received;
}

const median = (values: readonly number[]): number => quantile(values, 0.5);
const spread = (values: readonly number[]) => ({
  low: quantile(values, 0.25),
  middle: median(values),
  high: quantile(values, 0.75),
});

async function compare(
  entries: readonly Entry[],
  sessions: number,
  rounds: number,
  ms: number,
  file: string | undefined,
): Promise<void> {
  const servers = await Promise.all(entries.map(startServer));
  const urls = servers.flatMap(({ hello }) => ['--url', hello.url]);
  const loading = await startChild(SELF, ['--role', 'load', ...urls, '--sessions', String(sessions)], 1);
  const rows: number[][] = [];
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      const cost = Array<number>(entries.length).fill(Number.NaN);
      for (let turn = 0; turn < entries.length; turn += 1) {
        // Each one is first, second and third in turn, and the order runs both ways.
        const step = round % 2 === 0 ? turn : -turn;
        const group = (((round + step) % entries.length) + entries.length) % entries.length;
        cost[group] = await measure(loading, servers[group] as Server, group, ms);
      }
      if (round >= 0) rows.push(cost);
    }
  } finally {
    await Promise.all([loading, ...servers].map(async (child) => child.stop()));
  }
  const micros = entries.map((_, group) => median(rows.map((row) => row[group] ?? Number.NaN)));
  const ratios = entries.map((_, group) =>
    spread(rows.map((row) => (row[group] ?? Number.NaN) / (row[0] ?? Number.NaN))),
  );
  console.log(
    `server CPU per ${FRAME_BYTES}-byte frame echoed, ${sessions} sessions x ${FRAMES_PER_SECOND}/s, median of ${rounds} rounds of ${ms} ms; ` +
      'and what it is to the bare ws of the same round (median, quartiles)',
  );
  for (const [group, { name }] of entries.entries()) {
    const { middle, low, high } = ratios[group] ?? spread([]);
    console.log(
      `  ${name.padEnd(24)}${(micros[group] ?? Number.NaN).toFixed(2).padStart(7)} us   ${middle.toFixed(3)}  (${low.toFixed(3)} to ${high.toFixed(3)})`,
    );
  }
  if (file !== undefined) {
    const result = {
      sessions,
      rounds,
      ms,
      framesPerSecond: sessions * FRAMES_PER_SECOND,
      servers: entries.map(({ name }) => name),
      micros,
      ratios,
      rows,
    };
    writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  }
}

const { values } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string', multiple: true, default: [] },
    sessions: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '20' },
    ms: { type: 'string', default: '2000' },
    json: { type: 'string' },
    beside: { type: 'string' },
  },
});
if (values.role === 'load') await load(values.url, Number(values.sessions));
else if (values.role === 'bare' || values.role === 'gateway') await serve(values.role);
else {
  const { sessions, rounds, ms, json, beside } = values;
  await compare(contestants(beside), Number(sessions), Number(rounds), Number(ms), json);
}
