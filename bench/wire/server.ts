// The servers of the wire benchmark: the real one on the vendors' SDKs, and a relay that only passes frames on.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { OpenAiLanguageModel } from '../../src/llm/openai/openai-llm.js';
import { DeepgramSpeechToText } from '../../src/stt/deepgram/deepgram-stt.js';
import { OpenAiTextToSpeech } from '../../src/tts/openai/openai-tts.js';
import { answerUsage } from '../lib/children.js';
import { serveCalls } from '../lib/gateway.js';
import { SAMPLE_RATE, SILENCE_MS } from './script.js';

/** Addresses and keys of the simulators. */
export interface Vendors {
  readonly deepgram: { readonly url: string; readonly apiKey: string };
  readonly openai: { readonly url: string; readonly apiKey: string };
}

export interface ParleySettings {
  /** Audio per message to the recogniser, ms; the adapter's default without it. */
  readonly sendEveryMs?: number;
  /** Prepare answers before the turn is surely over. */
  readonly speculate?: boolean;
}

/** client -> recogniser, frame by frame, and nothing else. */
async function serveRelay({ deepgram }: Vendors): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const upstreamUrl = `${deepgram.url.replace('http', 'ws')}/v1/listen?model=nova-3&encoding=linear16&sample_rate=${SAMPLE_RATE}&endpointing=${SILENCE_MS}`;
  server.on('connection', (ws) => {
    const upstream = new WebSocket(upstreamUrl, {
      headers: { Authorization: `Token ${deepgram.apiKey}` },
      perMessageDeflate: false,
    });
    upstream.on('error', () => ws.close());
    upstream.on('message', () => undefined);
    ws.on('close', () => upstream.close());
    ws.on('message', (data: Buffer, binary) => {
      if (!binary) ws.send('{"type":"session.started"}');
      else if (upstream.readyState === WebSocket.OPEN) upstream.send(data);
    });
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function serveParley({ deepgram, openai }: Vendors, { sendEveryMs, speculate }: ParleySettings): Promise<string> {
  const stt = new DeepgramSpeechToText({
    apiKey: deepgram.apiKey,
    baseUrl: deepgram.url,
    model: 'nova-3',
    endpointingMs: SILENCE_MS,
    ...(sendEveryMs === undefined ? {} : { sendEveryMs }),
  });
  const llm = new OpenAiLanguageModel({ apiKey: openai.apiKey, baseUrl: openai.url, model: 'gpt-4o-mini' });
  const tts = new OpenAiTextToSpeech({ apiKey: openai.apiKey, baseUrl: openai.url, model: 'gpt-4o-mini-tts' });
  return serveCalls({ stt: () => stt, llm: () => llm, tts: () => tts }, speculate);
}

const [kind, json = '{}', settings = '{}'] = process.argv.slice(2);
const vendors = JSON.parse(json) as Vendors;
const url =
  kind === 'relay' ? await serveRelay(vendors) : await serveParley(vendors, JSON.parse(settings) as ParleySettings);
answerUsage();
process.send?.({ url });
