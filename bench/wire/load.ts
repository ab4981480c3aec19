// The callers of the wire benchmark: microphones that never stop, 50 frames a second each.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Wheel } from '../lib/wheel.js';
import { FRAME_BYTES, FRAME_MS, LOUD_FRAMES } from './script.js';

const SILENT = Buffer.alloc(FRAME_BYTES);
/** A square wave: loud, however few samples a simulator looks at. */
const LOUD = Buffer.from(Int16Array.from({ length: FRAME_BYTES / 2 }, (_, n) => (n % 32 < 16 ? 8000 : -8000)).buffer);
/** Sessions send in this many groups, spread over the 20 ms of a frame. */
const PHASES = 4;
/** First turns start spread over this long, ms. */
const SPREAD_MS = 6000;
/** Between the end of a reply and the next turn, frames. */
const PAUSE_FRAMES = 25;

const url = process.argv[2] ?? '';
const OUTPUT_RATE = Number(process.argv[3] ?? 24_000);
const wheel = new Wheel(FRAME_MS / PHASES);
const sockets: WebSocket[] = [];
let latencies: number[] = [];
let turns = 0;
let closed = 0;
let frames = 0;
let talking = true;

function session(ws: WebSocket, index: number): void {
  let tick = index % PHASES;
  let loud = 0;
  let waitFrames = Math.round(((index % 100) / 100) * (SPREAD_MS / FRAME_MS)) + 10;
  let awaitingFrom = 0;
  let replying = false;
  const send = (): void => {
    tick += 1;
    if (tick % PHASES !== 0) return;
    frames += 1;
    if (talking && !replying && waitFrames > 0) {
      waitFrames -= 1;
      if (waitFrames === 0) loud = LOUD_FRAMES;
    }
    if (loud === 0) {
      ws.send(SILENT);
      return;
    }
    loud -= 1;
    if (loud === 0) {
      awaitingFrom = performance.now();
      replying = true;
    }
    ws.send(LOUD);
  };
  ws.on('message', (data: Buffer, binary) => {
    if (binary) {
      if (awaitingFrom > 0) latencies.push(performance.now() - awaitingFrom);
      awaitingFrom = 0;
    } else if (data.includes('"response.audio_done"')) {
      turns += 1;
      const { responseId, audioMs } = JSON.parse(data.toString()) as { responseId: string; audioMs: number };
      // The caller listens to all of it, as callers do.
      setTimeout(() => {
        if (ws.readyState !== WebSocket.OPEN) return;
        ws.send(JSON.stringify({ type: 'playback.finished', responseId }));
        replying = false;
        waitFrames = PAUSE_FRAMES;
      }, audioMs);
    }
  });
  ws.on('close', () => {
    closed += 1;
    wheel.remove(send);
  });
  wheel.add(send);
}

async function connect(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    sockets.push(ws);
    await once(ws, 'open');
    // Audio comes back at the voice's own rate, as a client that can play it would ask for.
    const audio = { output: { sampleRate: OUTPUT_RATE } };
    ws.send(JSON.stringify({ type: 'session.start', protocol: 1, audio }));
    await once(ws, 'message');
    session(ws, i);
  }
}

process.on('message', (question: { connect?: number; talk?: boolean }) => {
  if (question.connect !== undefined) {
    talking = question.talk ?? true;
    void connect(question.connect).then(() => process.send?.({ open: sockets.length }));
    return;
  }
  process.send?.({ latencies, turns, closed, frames });
  latencies = [];
  turns = 0;
  frames = 0;
});
process.send?.({ ready: true });
