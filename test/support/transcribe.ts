import { encodeWav } from '../../src/audio/wav.js';
import type { TranscribeAnswer } from '../../src/transcription/transcription.controller.js';

export interface TranscribeForm {
  readonly file?: Uint8Array;
  /** MIME type of the file. */
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TranscribeReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: TranscribeAnswer & { readonly error?: string; readonly message?: string };
}

/** POST /api/transcribe with a real multipart form. */
export async function postAudio(
  http: string,
  { file, type, fields, headers, signal }: TranscribeForm,
): Promise<TranscribeReply> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) form.append(name, value);
  if (file !== undefined) {
    form.append('audio', new Blob([file], { type: type ?? 'audio/wav' }), 'speech');
  }
  const response = await fetch(`${http}/api/transcribe`, {
    method: 'POST',
    body: form,
    headers: { ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as TranscribeReply['body'],
  };
}

/** A WAV file of 16 kHz that is like no other: `n` is written into its samples. */
export function numberedWav(n: number, seconds = 1): Uint8Array {
  const samples = new Int16Array(16_000 * seconds);
  samples.forEach((_, at) => (samples[at] = Math.round(4000 * Math.sin(at / 12)) + (at === 0 ? n : 0)));
  return encodeWav(new Uint8Array(samples.buffer), 16_000);
}
