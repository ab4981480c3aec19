// The servers of the engine benchmark: the real one on providers in its own process, and the least a `ws` server could do.
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { WebSocketServer } from 'ws';
import { answerUsage } from '../lib/children.js';
import { serveCalls } from '../lib/gateway.js';
import { Wheel } from '../lib/wheel.js';
import { BenchModel, BenchStt, BenchVoice } from './providers.js';
import { type Delays, END_OF_SPEECH, FRAME_BYTES, FRAME_MS, FRAMES_PER_REPLY, totalDelay } from './script.js';

/** The same wire and the same waits, and nothing else: no conversation, no checks, no bookkeeping. */
async function serveRelay(delays: Delays): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const wheel = new Wheel(FRAME_MS);
  const frame = Buffer.alloc(FRAME_BYTES);
  server.on('connection', (ws) => {
    let left = 0;
    const speak = (): void => {
      ws.send(frame);
      left -= 1;
      if (left > 0) return;
      wheel.remove(speak);
      ws.send('{"type":"response.audio_done","responseId":"r1","audioMs":3000}');
    };
    const begin = (): void => {
      left = FRAMES_PER_REPLY;
      wheel.add(speak);
      speak();
    };
    ws.on('close', () => wheel.remove(speak));
    ws.on('message', (data: Buffer, binary) => {
      if (!binary) ws.send('{"type":"session.started"}');
      else if (data[0] === END_OF_SPEECH) {
        const wait = totalDelay(delays);
        if (wait === 0) begin();
        else setTimeout(begin, wait);
      }
    });
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Takes every connection and never says a word. */
async function serveNothing(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function enriched(): Promise<Record<string, string>> {
  const address = await serveNothing();
  return { STREAM_CONTEXT_ENRICHMENT: 'crypto,news', COINGECKO_BASE_URL: address, NEWS_FEEDS: `${address}/feed` };
}

/** The door is closed when it is, as in production. */
const SHEDDING = { STREAM_MAX_LOOP_PERCENT: '85', STREAM_MAX_LOOP_DELAY_MS: '100', STREAM_MAX_MEMORY_PERCENT: '90' };

const [kind, json = '{}'] = process.argv.slice(2);
const delays = JSON.parse(json) as Delays;
/** Names that the chains are made of; whoever they are, the bench's providers answer. */
const env = {
  STREAM_STT_PROVIDER: 'deepgram',
  DEEPGRAM_API_KEY: 'none',
  STREAM_LLM_PROVIDER: 'openai',
  STREAM_TTS_PROVIDER: 'openai',
  OPENAI_API_KEY: 'none',
  ...(kind === 'enriched' ? await enriched() : {}),
  ...(kind === 'shedding' ? SHEDDING : {}),
  ...(kind === 'traced' ? { OTEL_EXPORTER_OTLP_ENDPOINT: await serveNothing() } : {}),
};
const providers = { stt: new BenchStt(delays), llm: new BenchModel(delays), tts: new BenchVoice(delays) };
const url = kind === 'relay' ? await serveRelay(delays) : await serveCalls({ env, providers });
answerUsage();
process.send?.({ url });
