// A simulator of one-shot transcription, on two real wires.
//
// Implements: `POST /v1/audio/transcriptions` of OpenAI and the Whisper servers that follow it (multipart; `json` with
// logprobs when asked for, `verbose_json` with segments and words) and `POST /inference` of whisper.cpp's server. Audio has
// to be a WAV file of PCM16. What it "hears" is loudness: loud audio becomes the next of the given transcripts, audio
// without a loud stretch becomes what Whisper makes of silence ("Thank you.", sure that nobody spoke). Not implemented:
// real recognition, streaming, other audio formats, `/health`, `/v1/models`.
//
// Faults and delays are knobs, for all requests or for each by its number: see transcription-knobs.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodeWav } from '../../src/audio/wav.js';
import { HttpSimulator, knobsOf } from './http-simulator.js';
import type { PerRequest } from './http-simulator.js';
import { Loudness } from './loudness.js';
import type { HttpRefusal } from './openai-knobs.js';
import { drawMs } from './schedule.js';
import { transcriptionMessage } from './transcription-message.js';
import type { Heard } from './transcription-message.js';
import type { TranscriptionKnobs, TranscriptionRequestLog } from './transcription-knobs.js';

export const SIMULATED_TRANSCRIPTION_KEY = 'simulated-transcription-key';

export interface TranscriptionSimulatorOptions {
  /** null takes every key and none, as servers on one's own machine do. */
  readonly apiKey?: string | null;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  readonly knobs?: PerRequest<TranscriptionKnobs>;
  /** What loud audio turns out to say, one after another, again from the start after the last. */
  readonly transcripts?: readonly string[];
}

const SILENCE_MS = 300;

const OTHER_BODIES: Readonly<Record<NonNullable<TranscriptionKnobs['body']>, Buffer>> = {
  garbage: Buffer.from('<html>502 Bad Gateway</html>'),
  malformed: Buffer.from('{"text":{"words":"none"}}'),
  binary: Buffer.from([0, 159, 146, 150]),
  error: Buffer.from('{"error":"failed to process audio"}'),
  empty: Buffer.alloc(0),
};

export class TranscriptionSimulator extends HttpSimulator {
  readonly counts = { connections: 0, finished: 0, aborted: 0, requests: 0, refused: 0 };
  readonly requests: TranscriptionRequestLog[] = [];
  private utterances = 0;

  private constructor(private readonly options: TranscriptionSimulatorOptions) {
    super();
  }

  static async start(options: TranscriptionSimulatorOptions = {}): Promise<TranscriptionSimulator> {
    const simulator = new TranscriptionSimulator(options);
    await simulator.listen(options.port ?? 0);
    return simulator;
  }

  /** Of the server, without a path. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const knobs = knobsOf(this.options.knobs, this.counts.requests) ?? {};
    this.counts.requests += 1;
    if (knobs.hang === true) return;
    if (knobs.reset === true) return void request.socket.resetAndDestroy();
    if (knobs.refusal !== undefined) return this.refuse(response, knobs.refusal);
    this.transcribe(request, body, response, knobs).catch((error: unknown) => {
      this.refuse(response, { status: 400, error: { message: String(error) } });
    });
  }

  private async transcribe(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    knobs: TranscriptionKnobs,
  ): Promise<void> {
    const { apiKey = SIMULATED_TRANSCRIPTION_KEY } = this.options;
    const { authorization } = request.headers;
    if (apiKey !== null && authorization !== `Bearer ${apiKey}`) return this.refuse(response, { status: 401 });
    const path = request.url ?? '';
    if (path !== '/v1/audio/transcriptions' && path !== '/inference') return this.refuse(response, { status: 404 });
    const form = await formOf(request, body);
    const file = form.get('file');
    if (!(file instanceof File)) return this.refuse(response, { status: 400, error: { message: 'no file' } });
    const { pcm, sampleRate } = decodeWav(new Uint8Array(await file.arrayBuffer()));
    const fields: Record<string, string> = {};
    for (const [name, value] of form) {
      if (typeof value === 'string') fields[name] = name in fields ? `${fields[name]},${value}` : value;
    }
    this.requests.push({
      path,
      authorization,
      fields,
      sampleRate,
      audioMs: (pcm.length * 1000) / (sampleRate * 2),
      sized: request.headers['content-length'] !== undefined,
    });
    const heard = this.hear(pcm, sampleRate);
    setTimeout(() => {
      send(response, knobs, knobs.answer ?? transcriptionMessage(heard, fields, path === '/inference'));
    }, drawMs(knobs.delay));
  }

  private hear(pcm: Uint8Array, sampleRate: number): Heard {
    let fromMs: number | undefined;
    let toMs = 0;
    const ear = new Loudness(sampleRate, SILENCE_MS, {
      started: (atMs) => {
        fromMs ??= atMs;
      },
      stopped: (lastLoudMs) => {
        toMs = lastLoudMs;
      },
      window: () => undefined,
    });
    ear.push(Buffer.from(pcm));
    ear.flush();
    const audioMs = ear.nowMs;
    if (fromMs === undefined) return { audioMs, speech: undefined };
    const transcripts = this.options.transcripts ?? ['Hello there.'];
    const text = transcripts[this.utterances % transcripts.length] ?? '';
    this.utterances += 1;
    return { audioMs, speech: { text, fromMs, toMs } };
  }

  private refuse(response: ServerResponse, { status, headers, error }: HttpRefusal): void {
    this.counts.refused += 1;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'No.', type: 'invalid_request_error', code: null, ...error } }));
  }
}

/** The form of a multipart body, read by the platform's own parser. */
function formOf(request: IncomingMessage, body: Buffer): Promise<FormData> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  return new Response(new Uint8Array(body), { headers }).formData();
}

function send(response: ServerResponse, { body, fault }: TranscriptionKnobs, answer: object): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': body === 'garbage' ? 'text/html' : 'application/json' });
  const text = bodyOf(body, answer);
  if (fault === undefined) return void response.end(text);
  // The headers go out even when no byte of the body does.
  response.flushHeaders();
  response.write(text.subarray(0, fault.afterBytes), () => {
    if (fault.kind === 'end') response.end();
    else if (fault.kind === 'destroy') response.socket?.resetAndDestroy();
  });
}

function bodyOf(kind: TranscriptionKnobs['body'], answer: object): Buffer {
  return kind === undefined ? Buffer.from(JSON.stringify(answer)) : OTHER_BODIES[kind];
}
