// What a frame costs on its way through the gateway and back, against a bare `ws` echo: server CPU per frame echoed.
// Both servers and the load run in processes of their own. Both servers stay up and take short turns under the same load, and
// what counts is the ratio within each pair of turns, so that a busy machine hurts both alike.
//   npm run build && node dist/bench/gateway-echo.js [--sessions 200] [--rounds 20] [--ms 2000] [--json FILE]
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket, WebSocketServer } from 'ws';
import { startGatewayApp } from '../test/support/gateway-app.js';

type Role = 'bare' | 'gateway' | 'load';

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
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ micros: user + system });
  });
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

async function ask<T>(child: ChildProcess, question: number): Promise<T> {
  const answer = once(child, 'message');
  child.send(question);
  return ((await answer) as [T])[0];
}

async function start(role: Role, ...args: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(fileURLToPath(import.meta.url), ['--role', role, ...args], {
    execArgv: ['--max-semi-space-size=64'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url = '' }] = (await once(child, 'message')) as [{ url?: string }];
  return { child, url };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** CPU per frame of one server while it alone is under load, us. */
async function measure(loading: ChildProcess, server: ChildProcess, group: number, ms: number): Promise<number> {
  await ask(loading, group);
  await pause(SETTLE_MS);
  const before = await ask<{ micros: number }>(server, 0);
  await ask(loading, group);
  await pause(ms);
  const after = await ask<{ micros: number }>(server, 0);
  const { received } = await ask<{ received: number }>(loading, NOBODY);
  await pause(SETTLE_MS);
  return (after.micros - before.micros) / received;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

async function compare(sessions: number, rounds: number, ms: number, file: string | undefined): Promise<void> {
  const bare = await start('bare');
  const gateway = await start('gateway');
  const urls = ['--url', bare.url, '--url', gateway.url];
  const loading = await start('load', ...urls, '--sessions', String(sessions));
  const rows: { bare: number; gateway: number; ratio: number }[] = [];
  try {
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      const cost = [0, 0];
      for (const group of round % 2 === 0 ? [0, 1] : [1, 0]) {
        cost[group] = await measure(loading.child, group === 0 ? bare.child : gateway.child, group, ms);
      }
      const [ofBare = Number.NaN, ofGateway = Number.NaN] = cost;
      if (round >= 0) rows.push({ bare: ofBare, gateway: ofGateway, ratio: ofGateway / ofBare });
    }
  } finally {
    await Promise.all([loading, bare, gateway].map(({ child }) => stop(child)));
  }
  const sorted = rows.map(({ ratio }) => ratio).toSorted((a, b) => a - b);
  const result = {
    sessions,
    framesPerSecond: sessions * FRAMES_PER_SECOND,
    rounds,
    bareMicros: median(rows.map((row) => row.bare)),
    gatewayMicros: median(rows.map((row) => row.gateway)),
    medianRatio: median(sorted),
    quartiles: [sorted[Math.floor(sorted.length / 4)], sorted[Math.floor((sorted.length * 3) / 4)]],
  };
  console.log(
    `server CPU per ${FRAME_BYTES}-byte frame echoed, ${sessions} sessions x ${FRAMES_PER_SECOND}/s, ${rounds} pairs of ${ms} ms:\n` +
      `  bare ws  ${result.bareMicros.toFixed(2)} us\n` +
      `  gateway  ${result.gatewayMicros.toFixed(2)} us\n` +
      `  gateway / bare, median of the pairs  ${result.medianRatio.toFixed(3)}  (quartiles ${result.quartiles
        .map((ratio) => ratio?.toFixed(3))
        .join(' to ')})`,
  );
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ ...result, rows }, null, 2)}\n`);
}

const { values } = parseArgs({
  options: {
    role: { type: 'string' },
    url: { type: 'string', multiple: true, default: [] },
    sessions: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '20' },
    ms: { type: 'string', default: '2000' },
    json: { type: 'string' },
  },
});
if (values.role === 'load') await load(values.url, Number(values.sessions));
else if (values.role === 'bare' || values.role === 'gateway') await serve(values.role);
else await compare(Number(values.sessions), Number(values.rounds), Number(values.ms), values.json);
