// The callers of the soak: so many calls at a time, each of which ends after a while in one of the ways there are, and another
// one begins; and short connects beside them. They count what comes that should not.
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { WebSocket } from 'ws';
import { CHUNK_BYTES, CHUNK_MS, CHUNKS_PER_TURN, END_OF_SPEECH } from '../engine/script.js';
import { endWithParent } from '../lib/children.js';
import type { LoadReport, LoadTask } from './task.js';

const SPEECH = Buffer.alloc(CHUNK_BYTES);
const LAST = Buffer.alloc(CHUNK_BYTES, END_OF_SPEECH);
const START = '{"type":"session.start","protocol":1}';
/** A call goes on for so long, ms, give or take half. */
const CALL_MS = 30_000;
/** One turn in so many is begun while the agent speaks. */
const BARGE_EVERY = 4;
const ANSWER_MS = 20_000;

const url = process.argv[2] ?? '';
const address = new URL(url);
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let started = 0;
let turns = 0;
let bargeIns = 0;
const ended = new Map<string, number>();
const connects = new Map<string, number>();
const unexpected = new Map<string, number>();
const count = (into: Map<string, number>, what: string): void => void into.set(what, (into.get(what) ?? 0) + 1);

type Ending = 'session.end' | 'close' | 'aborted' | 'closed in a reply';
const ENDINGS: readonly Ending[] = ['session.end', 'close', 'aborted', 'closed in a reply'];

/** One call, to its end. */
async function call(index: number, untilMs: number): Promise<void> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  let leaving = false;
  let speaking = false;
  let chunks = 0;
  const closed = new Promise<number>((resolve) => ws.once('close', resolve));
  ws.on('error', (error) => {
    if (!leaving) count(unexpected, `error of a call: ${error.message}`);
  });
  void closed.then((code) => {
    if (!leaving) count(unexpected, `a call was closed with ${code}`);
  });
  ws.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      // A second into the reply somebody talks over it.
      if (!speaking && turns % BARGE_EVERY === 0 && Math.random() < 0.02) {
        speaking = true;
        bargeIns += 1;
      }
      return;
    }
    const message = JSON.parse(data.toString()) as { type: string; code?: string; responseId?: string };
    if (message.type === 'session.started') {
      started += 1;
      speaking = true;
    } else if (message.type === 'error') count(unexpected, `error ${message.code}`);
    else if (message.type === 'response.audio_done') {
      turns += 1;
      ws.send(JSON.stringify({ type: 'playback.finished', responseId: message.responseId }));
      speaking = true;
    } else if (message.type === 'response.interrupted') speaking = true;
  });
  ws.once('open', () => ws.send(START));
  const timer = setInterval(() => {
    if (!speaking || ws.readyState !== WebSocket.OPEN) return;
    chunks += 1;
    ws.send(chunks % CHUNKS_PER_TURN === 0 ? LAST : SPEECH);
    if (chunks % CHUNKS_PER_TURN === 0) speaking = false;
  }, CHUNK_MS);
  const lasts = Math.min(CALL_MS * (0.5 + Math.random()), Math.max(0, untilMs - performance.now()));
  await Promise.race([pause(lasts), closed]);
  leaving = true;
  clearInterval(timer);
  const ending = ENDINGS[index % ENDINGS.length] as Ending;
  count(ended, ending);
  if (ending === 'aborted') ws.terminate();
  else if (ending === 'session.end') ws.send('{"type":"session.end"}');
  else ws.close(1000);
  const code = await Promise.race([closed, pause(ANSWER_MS).then(() => 'nobody')]);
  if (code === 'nobody') {
    count(unexpected, `the server did not answer ${ending}`);
    ws.terminate();
  } else if (ending === 'session.end' && code !== 1000) count(unexpected, `session.end was answered with ${code}`);
}

const SHORT = ['opened and closed', 'started and cut', 'no token', 'a wrong token', 'reset in the handshake'] as const;

async function shortConnect(index: number): Promise<void> {
  const kind = SHORT[index % SHORT.length] as (typeof SHORT)[number];
  if (kind === 'reset in the handshake') {
    const socket = connectTcp(Number(address.port), address.hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const head = `GET ${address.pathname}${address.search} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    // Whole, or in its middle.
    socket.write(index % 2 === 0 ? head : head.slice(0, 40), () => socket.resetAndDestroy());
    await Promise.race([once(socket, 'close'), pause(ANSWER_MS)]);
    count(connects, kind);
    return;
  }
  const target = new URL(url);
  if (kind === 'no token') target.searchParams.delete('token');
  if (kind === 'a wrong token') target.searchParams.set('token', 'a.b.c');
  const ws = new WebSocket(target, { perMessageDeflate: false });
  ws.on('error', () => undefined);
  const answer = await Promise.race([
    once(ws, 'open').then(() => 101),
    new Promise<number>((resolve) => {
      ws.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    }),
    pause(ANSWER_MS).then(() => 0),
  ]).catch((error: unknown) => (error instanceof Error ? error.message : 'failed'));
  const isRight = answer === (kind === 'no token' || kind === 'a wrong token' ? 401 : 101);
  if (isRight) count(connects, kind);
  else count(unexpected, `${kind}: answered ${answer}`);
  if (answer !== 101) {
    ws.terminate();
    return;
  }
  if (kind === 'opened and closed') ws.close(1000);
  else {
    ws.send(START);
    await Promise.race([once(ws, 'message').then(() => (started += 1)), pause(ANSWER_MS)]);
    ws.terminate();
  }
  await Promise.race([once(ws, 'close'), pause(ANSWER_MS)]);
}

async function soak({ calls, forMs, connects: shorts }: LoadTask): Promise<LoadReport> {
  const untilMs = performance.now() + forMs;
  const lines = Array.from({ length: calls }, async (_, line) => {
    // Not all at once, and not in step.
    await pause((line / calls) * Math.min(10_000, forMs / 4));
    for (let number = line; performance.now() < untilMs; number += 1) await call(number, untilMs);
  });
  const running = new Set<Promise<void>>();
  for (let index = 0; index < shorts; index += 1) {
    const late = untilMs - forMs * (1 - (index + 1) / shorts) - performance.now();
    if (late > 0) await pause(late);
    const one = shortConnect(index).catch((error: unknown) => count(unexpected, `a connect failed: ${String(error)}`));
    running.add(one);
    void one.finally(() => running.delete(one));
  }
  await Promise.all([...lines, ...running]);
  return {
    started,
    turns,
    bargeIns,
    ended: Object.fromEntries(ended),
    connects: Object.fromEntries(connects),
    unexpected: Object.fromEntries(unexpected),
  };
}

process.on('message', (task: LoadTask) => void soak(task).then((report) => process.send?.(report)));
endWithParent();
process.send?.({ ready: true });
