// What whoever gets a recording finds in it.
import { readWav } from '../../src/audio/wav-file.js';
import { waitFor } from './wait-for.js';

interface RecordingAnswer {
  readonly callSid: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly bytes: number;
  readonly sha512: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** The route refuses whoever asks 120 times in a minute. */
const ASK_EVERY_MS = 300;

/** 16 kHz, as on disk. */
export interface Recorded extends RecordingAnswer {
  readonly file: Buffer;
  readonly caller: Int16Array;
  readonly agent: Int16Array;
}

const get = (http: string, path: string, token: string): Promise<Response> =>
  fetch(http + path, { headers: { authorization: `Bearer ${token}` } });

/** What is known of a call's recording, once it is there. */
async function recordingOf(http: string, callSid: string, token: string): Promise<RecordingAnswer> {
  let answer: Response | undefined;
  await waitFor(
    async () => {
      answer = await get(http, `/v1/calls/${callSid}/recording`, token);
      return answer.status === 200;
    },
    30_000,
    ASK_EVERY_MS,
  );
  return (await answer?.json()) as RecordingAnswer;
}

/** A call's recording, opened by its link. */
export async function listenTo(http: string, callSid: string, token: string): Promise<Recorded> {
  const about = await recordingOf(http, callSid, token);
  const opened = await fetch(http + about.url);
  if (!opened.ok) throw new Error(`the link answered ${opened.status}`);
  const file = Buffer.from(await opened.arrayBuffer());
  return { ...about, file, ...sidesOf(file) };
}

function sidesOf(file: Buffer): { readonly caller: Int16Array; readonly agent: Int16Array } {
  const { data } = readWav(file);
  const samples = new Int16Array(new Uint8Array(data).buffer);
  const side = (channel: number) =>
    Int16Array.from({ length: samples.length >> 1 }, (_, n) => samples[n * 2 + channel] ?? 0);
  return { caller: side(0), agent: side(1) };
}
