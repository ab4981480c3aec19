// The body of an HTTP answer that should be raw PCM16, as PCM16: a server that answers WAV, floats or another rate is
// understood, and one that answers something else is never played as noise.
import { CONTAINER_HEAD_BYTES, containerOf } from '../../audio/container.js';
import { areFloats, isConvertible } from '../../audio/samples.js';
import { SampleStream, WavStream } from '../../audio/wav-stream.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { SpeechPiece } from './speech-request.js';

export interface SpeechBody {
  /** For errors. */
  readonly provider: string;
  /** The Content-Type header. */
  readonly contentType: string | null | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Of raw samples whose type names no other, and of what comes out, Hz. */
  readonly sampleRate: number;
}

/** What turns the bytes into PCM16 mono at the expected rate; undefined where they are that already. */
type Decoder = Pick<WavStream, 'push' | 'flush'> | undefined;

/** Bytes that are looked at before the first sound is let go: 32 ms of PCM16 at 24 kHz. */
const HEAD_BYTES = 1536;
/** Types whose samples look like any others. */
const LOGARITHMIC = /^audio\/(?:basic|pcm[au]|x-mulaw|x-alaw|mulaw|alaw)$/u;
/** Types that promise one frame of MPEG audio after the other. */
const MPEG = /^audio\/(?:mpeg|mp3|aac|aacp)$/u;

/**
 * Yields the audio. Throws a ProviderError (`protocol`, not worth a retry: the server would answer the same again) that
 * names what came instead; what the SDK throws passes through.
 */
export async function* speechOf({ provider, contentType, bytes, sampleRate }: SpeechBody): AsyncGenerator<SpeechPiece> {
  const { type, params } = parsed(contentType ?? '');
  let head: Buffer = Buffer.alloc(0);
  let decoder: Decoder;
  let isKnown = false;
  try {
    refuseType(type);
    for await (const piece of bytes) {
      const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      if (isKnown) {
        yield { audio: decoder?.push(chunk) ?? chunk };
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      decoder = decoderFor(head, type, params, sampleRate);
      isKnown = true;
      yield { audio: decoder?.push(head) ?? head };
    }
    if (!isKnown && head.length > 0) {
      decoder = decoderFor(head, type, params, sampleRate);
      yield { audio: decoder?.push(head) ?? head };
    }
    if (decoder !== undefined) yield { audio: decoder.flush() };
  } catch (error) {
    throw error instanceof RangeError ? unplayable(provider, error.message) : error;
  }
}

/** Throws RangeError for a type that is no audio, whatever its bytes are. */
function refuseType(type: string): void {
  if (/^text\/|[/+](?:json|xml|html)$/u.test(type) || LOGARITHMIC.test(type)) throw new RangeError(type);
}

/** Throws RangeError for what cannot be played. */
function decoderFor(head: Buffer, type: string, params: ReadonlyMap<string, string>, sampleRate: number): Decoder {
  const container = containerOf(head.subarray(0, CONTAINER_HEAD_BYTES));
  if (container?.kind === 'wav') return new WavStream(sampleRate);
  if (container !== undefined) throw new RangeError(container.name);
  if (MPEG.test(type) && head[0] === 0xff) throw new RangeError(type);
  const format = {
    sampleType: areFloats(head) === true ? ('f32' as const) : ('s16' as const),
    channels: Number(params.get('channels') ?? 1),
    sampleRate: Number(params.get('rate') ?? sampleRate),
  };
  if (format.sampleType === 's16' && format.channels === 1 && format.sampleRate === sampleRate) return undefined;
  if (!isConvertible(format)) {
    throw new RangeError(`raw audio of ${format.channels} channels at ${format.sampleRate} Hz`);
  }
  return new SampleStream(format, sampleRate);
}

/** "audio/L16;rate=16000; channels=1" (RFC 9110 section 8.3.1, RFC 2586). */
function parsed(contentType: string): { type: string; params: ReadonlyMap<string, string> } {
  const [type = '', ...rest] = contentType.slice(0, 200).toLowerCase().split(';');
  const params = rest.map((param): [string, string] => {
    const [key = '', value = ''] = param.split('=');
    return [key.trim().replace(/^sample_?rate$/u, 'rate'), value.trim().replaceAll('"', '')];
  });
  return { type: type.trim(), params: new Map(params) };
}

/** For raw samples that come in messages: throws the same for the first of them when it begins a file. */
export function refuseFile(provider: string, first: Uint8Array): void {
  const head = Buffer.from(first.buffer, first.byteOffset, Math.min(first.byteLength, CONTAINER_HEAD_BYTES));
  const container = containerOf(head);
  if (container !== undefined) throw unplayable(provider, container.name);
}

function unplayable(provider: string, what: string): ProviderError {
  return new ProviderError(
    `${provider} answered ${what.replaceAll(/[^\x20-\x7e]+/gu, "'").slice(0, 100)} where raw PCM16 or WAV was asked for, which cannot be played`,
    { provider, code: 'protocol', retryable: false },
  );
}
