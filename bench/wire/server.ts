// The servers of the wire benchmark: the real one on the vendors' SDKs, and a relay that only passes frames on.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { DeepgramSpeechToText } from '../../src/stt/deepgram/deepgram-stt.js';
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

function serveParley(
  { deepgram, openai }: Vendors,
  { sendEveryMs, speculate = false }: ParleySettings,
): Promise<string> {
  const env = {
    STREAM_STT_PROVIDER: 'deepgram',
    DEEPGRAM_API_KEY: deepgram.apiKey,
    DEEPGRAM_BASE_URL: deepgram.url,
    DEEPGRAM_MODEL: 'nova-3',
    STREAM_LLM_PROVIDER: 'openai',
    STREAM_TTS_PROVIDER: 'openai',
    OPENAI_API_KEY: openai.apiKey,
    OPENAI_BASE_URL: openai.url,
    OPENAI_MODEL: 'gpt-4o-mini',
    OPENAI_TTS_MODEL: 'gpt-4o-mini-tts',
  };
  if (sendEveryMs === undefined) return serveCalls({ env, speculate });
  // The one setting that no operator has: what gathering audio into larger messages is worth.
  const stt = new DeepgramSpeechToText({
    apiKey: deepgram.apiKey,
    baseUrl: deepgram.url,
    model: 'nova-3',
    sendEveryMs,
    quietSendEveryMs: sendEveryMs,
  });
  return serveCalls({ env, speculate, providers: { stt } });
}

const [kind, json = '{}', settings = '{}'] = process.argv.slice(2);
const vendors = JSON.parse(json) as Vendors;
const url =
  kind === 'relay' ? await serveRelay(vendors) : await serveParley(vendors, JSON.parse(settings) as ParleySettings);
answerUsage();
process.send?.({ url });
