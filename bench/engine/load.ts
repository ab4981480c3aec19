// The callers of the engine benchmark: every session speaks 2 s, hears the reply to its end, and speaks again.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { endWithParent } from '../lib/children.js';
import { Wheel } from '../lib/wheel.js';
import { CHUNK_BYTES, CHUNK_MS, CHUNKS_PER_TURN, END_OF_SPEECH } from './script.js';

const SPEECH = Buffer.alloc(CHUNK_BYTES);
const LAST = Buffer.alloc(CHUNK_BYTES, END_OF_SPEECH);
/** Sessions start spread over a whole cycle of speaking and listening, ms. */
const SPREAD_MS = 5500;

const url = process.argv[2] ?? '';
/** One wheel for each of the 10 phases that a session may speak in, so that not all send at the same moment. */
const wheel = new Wheel(CHUNK_MS / 10);
let latencies: number[] = [];
let turns = 0;
let closed = 0;
const sockets: WebSocket[] = [];

function session(ws: WebSocket, phase: number): void {
  let chunks = 0;
  let tick = phase;
  let endedAt = 0;
  let awaiting = false;
  const speak = (): void => {
    tick += 1;
    if (tick % 10 !== 0) return;
    chunks += 1;
    if (chunks < CHUNKS_PER_TURN) {
      ws.send(SPEECH);
      return;
    }
    wheel.remove(speak);
    chunks = 0;
    awaiting = true;
    endedAt = performance.now();
    ws.send(LAST);
  };
  ws.on('message', (data: Buffer, binary) => {
    if (binary) {
      if (!awaiting) return;
      awaiting = false;
      latencies.push(performance.now() - endedAt);
    } else if (data.includes('"response.audio_done"')) {
      turns += 1;
      const { responseId } = JSON.parse(data.toString()) as { responseId: string };
      ws.send(JSON.stringify({ type: 'playback.finished', responseId }));
      wheel.add(speak);
    }
  });
  ws.on('close', () => {
    closed += 1;
    wheel.remove(speak);
  });
  setTimeout(() => wheel.add(speak), (phase / 100) * SPREAD_MS);
}

async function connect(count: number, talking: boolean): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const ws = new WebSocket(url, { perMessageDeflate: false });
    sockets.push(ws);
    await once(ws, 'open');
    ws.send('{"type":"session.start","protocol":1}');
    await once(ws, 'message');
    if (talking) session(ws, i % 100);
  }
}

export interface Knocks {
  readonly admitted: number;
  /** How long each refusal took, ms, and what it was. */
  readonly refused: readonly {
    readonly ms: number;
    readonly status: number;
    readonly retryAfter: string | undefined;
  }[];
}

/** So many handshakes, spread evenly; whoever gets in talks. Resolves when all are answered. */
async function knock(count: number, overMs: number): Promise<Knocks> {
  const refused: Knocks['refused'][number][] = [];
  let admitted = 0;
  const answers: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    const ws = new WebSocket(url, { perMessageDeflate: false });
    const answered = Promise.withResolvers<void>();
    answers.push(answered.promise);
    ws.on('open', () => {
      admitted += 1;
      sockets.push(ws);
      ws.send('{"type":"session.start","protocol":1}');
      ws.once('message', () => session(ws, index % 100));
      answered.resolve();
    });
    ws.on('unexpected-response', (_request, response) => {
      refused.push({
        ms: performance.now() - began,
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
      });
      response.resume();
      answered.resolve();
    });
    ws.on('error', () => answered.resolve());
    await new Promise<void>((resolve) => setTimeout(resolve, overMs / count));
  }
  await Promise.all(answers);
  return { admitted, refused };
}

process.on(
  'message',
  (question: { knock?: number; overMs?: number; connect?: number; talking?: boolean; disconnect?: boolean }) => {
    if (question.knock !== undefined) {
      void knock(question.knock, question.overMs ?? 0).then((knocks) => process.send?.(knocks));
    } else if (question.connect !== undefined) {
      void connect(question.connect, question.talking ?? true).then(() => process.send?.({ open: sockets.length }));
    } else if (question.disconnect === true) {
      for (const ws of sockets.splice(0)) ws.terminate();
      process.send?.({ open: 0 });
    } else {
      process.send?.({ latencies, turns, closed });
      latencies = [];
      turns = 0;
    }
  },
);
endWithParent();
process.send?.({ ready: true });
