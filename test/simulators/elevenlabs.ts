// A simulator of ElevenLabs' text to speech, on its real wire.
//
// Implements: `POST /v1/text-to-speech/{voice}/stream/with-timestamps?output_format=pcm_*` (JSON lines with base64 audio and
// the times of characters), `xi-api-key`, errors in ElevenLabs' shape. Not implemented: other formats and endpoints, voices
// that do not exist, the WebSocket.
//
// Faults and delays are knobs: see http-voice.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpSimulator } from './http-simulator.js';
import { HttpVoice } from './http-voice.js';
import type { HttpVoiceKnobs, HttpVoiceRequest, HttpVoiceWire } from './http-voice.js';

export const SIMULATED_ELEVENLABS_KEY = 'simulated-elevenlabs-key';

export interface ElevenLabsKnobs extends HttpVoiceKnobs {
  /** Times of characters count from the first sample (the default) or from the part that they come with. */
  readonly timesFrom?: 'text' | 'part';
  /** Parts come without the times of their characters. */
  readonly withoutAlignment?: boolean;
  /** How other servers differ: other bytes than raw PCM16. */
  readonly encode?: (pcm: Buffer) => Buffer;
  /** A line behind each part of the speech. */
  readonly lineBehind?: object;
}

const PATH = /^\/v1\/text-to-speech\/[^/]+\/stream\/with-timestamps$/;
const DEFAULT_MS_PER_CHAR = 60;

const rateOf = ({ url }: HttpVoiceRequest): number =>
  Number(/^pcm_(\d+)$/.exec(url.searchParams.get('output_format') ?? '')?.[1]);

function wireOf(knobs: ElevenLabsKnobs): HttpVoiceWire {
  const msPerChar = knobs.msPerChar ?? DEFAULT_MS_PER_CHAR;
  return {
    contentType: 'application/json',
    faultOf(request) {
      if (request.headers['xi-api-key'] !== SIMULATED_ELEVENLABS_KEY) {
        return { status: 401, body: { detail: { status: 'invalid_api_key', message: 'Invalid API key' } } };
      }
      if (request.method !== 'POST' || !PATH.test(request.url.pathname)) {
        return { status: 404, body: { detail: 'Not Found' } };
      }
      const known = [8000, 16_000, 22_050, 24_000].includes(rateOf(request));
      const { text } = request.body as { text?: unknown };
      return known && typeof text === 'string' && text.trim() !== ''
        ? undefined
        : { status: 422, body: { detail: [{ loc: ['body', 'text'], msg: 'bad', type: 'value_error' }] } };
    },
    textOf: ({ body }) => (body as { text: string }).text,
    sampleRateOf: rateOf,
    chunk(audio, { text, atMs, durationMs }) {
      const from = Math.ceil(atMs / msPerChar);
      const characters = Array.from(text.slice(from, Math.ceil((atMs + durationMs) / msPerChar)));
      const shiftMs = knobs.timesFrom === 'part' ? atMs : 0;
      const at = (index: number): number => ((from + index) * msPerChar - shiftMs) / 1000;
      const alignment = {
        characters,
        character_start_times_seconds: characters.map((_, index) => at(index)),
        character_end_times_seconds: characters.map((_, index) => at(index + 1)),
      };
      return Buffer.from(
        `${JSON.stringify({
          audio_base64: (knobs.encode?.(audio) ?? audio).toString('base64'),
          ...(knobs.withoutAlignment === true ? {} : { alignment, normalized_alignment: alignment }),
        })}\n${knobs.lineBehind === undefined ? '' : `${JSON.stringify(knobs.lineBehind)}\n`}`,
      );
    },
    garbage: Buffer.from('<html>502 Bad Gateway</html>\n'),
  };
}

export class ElevenLabsSimulator extends HttpSimulator {
  readonly counts = { connections: 0, finished: 0, aborted: 0 };
  private readonly voice: HttpVoice;

  private constructor(knobs: ElevenLabsKnobs) {
    super();
    this.voice = new HttpVoice(wireOf(knobs), knobs);
  }

  static async start(knobs: ElevenLabsKnobs = {}): Promise<ElevenLabsSimulator> {
    const simulator = new ElevenLabsSimulator(knobs);
    await simulator.listen(0);
    return simulator;
  }

  get requests(): readonly HttpVoiceRequest[] {
    return this.voice.requests;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, bytes: Buffer, response: ServerResponse): void {
    this.voice.take({
      method: request.method ?? '',
      url: new URL(request.url ?? '/', this.url),
      headers: request.headers,
      body: JSON.parse(bytes.toString() || '{}') as unknown,
      response,
      reset: () => response.socket?.resetAndDestroy(),
    });
  }
}
