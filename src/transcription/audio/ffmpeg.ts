import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TranscriptionError } from '../transcription-error.js';
import { SPEECH_RATE } from './to-speech-pcm.js';

export interface FfmpegOptions {
  /** Name or path of the program. */
  readonly program?: string;
  /** The process is ended after so long, ms. It decodes an hour of speech in some seconds. */
  readonly timeoutMs?: number;
  /** Where files lie while they are decoded that cannot be read from a pipe; the system's folder by default. */
  readonly tempDir?: string;
}

/** Where a program is looked for that is given by name. */
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';
const TIMEOUT_MS = 30_000;
/** Two channels, and the header. */
const BYTES_PER_S = SPEECH_RATE * 2 * 2;
const HEADER_BYTES = 64 * 1024;
/** Read from front to back. Of the others the index, or a chunk that says what the samples are, may lie at the end. */
const PIPED: ReadonlySet<string> = new Set('wav ogg matroska flac mp3 aac au amr mpegts mpeg flv wv tta'.split(' '));
const RETRY_AFTER_S = 10;

/**
 * Decodes a compressed file into a WAV file of PCM16 at 16 kHz, mono or stereo, of at most `maxSeconds` and one more, so
 * that the caller sees that it was longer.
 *
 * The demuxer is chosen by us and may read nothing but its own input: left to itself, ffmpeg takes a playlist for audio and
 * fetches what it names. What a pipe cannot be rewound for goes through a file of its own (in a folder that nobody else may
 * read, removed afterwards).
 *
 * Throws TranscriptionError: `ffmpeg_missing`, `audio_corrupt`, `busy` when it took too long; the signal's reason.
 */
export async function decodeWithFfmpeg(
  file: Buffer,
  demuxer: string,
  maxSeconds: number,
  signal: AbortSignal,
  options: FfmpegOptions = {},
): Promise<Buffer> {
  if (PIPED.has(demuxer)) return run('pipe:0', file, demuxer, maxSeconds, signal, options);
  const folder = await mkdtemp(join(options.tempDir ?? tmpdir(), 'parley-audio-'));
  try {
    const path = join(folder, 'upload');
    await writeFile(path, file, { mode: 0o600, signal });
    return await run(path, undefined, demuxer, maxSeconds, signal, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  input: string,
  stdin: Buffer | undefined,
  demuxer: string,
  maxSeconds: number,
  signal: AbortSignal,
  { program = 'ffmpeg', timeoutMs = TIMEOUT_MS }: FfmpegOptions,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const child = spawn(
    program,
    [...inputArgs(demuxer, input).split(' '), '-i', input, ...outputArgs(maxSeconds).split(' ')],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      // It reads what strangers send: none of this program's environment, which holds its keys.
      env: { PATH: SEARCH_PATH, LC_ALL: 'C' },
    },
  );
  yieldToCalls(child);
  const deadline = setTimeout(() => {
    fail(new TranscriptionError('busy', 'The audio could not be decoded in time; try again.', RETRY_AFTER_S));
  }, timeoutMs);
  const onAbort = (): void => fail(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  const settle = (): void => {
    clearTimeout(deadline);
    signal.removeEventListener('abort', onAbort);
  };
  const fail = (error: Error): void => {
    settle();
    child.kill('SIGKILL');
    reject(error);
  };
  const pieces: Buffer[] = [];
  let bytes = 0;
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    // It was told to stop before; whatever it does, memory stays bounded.
    if (bytes > (maxSeconds + 2) * BYTES_PER_S + HEADER_BYTES) child.kill('SIGKILL');
    else pieces.push(piece);
  });
  child.on('error', (error: NodeJS.ErrnoException) => fail(error.code === 'ENOENT' ? missing() : error));
  child.on('close', (code) => {
    settle();
    if (code === 0 && bytes > 0) resolve(Buffer.concat(pieces));
    else reject(new TranscriptionError('audio_corrupt', 'The file is damaged, or holds no audio.'));
  });
  // It stops reading when it has enough, or has given up; its exit says which.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return promise;
}

/** The options before `-i` are those of the input. */
const inputArgs = (demuxer: string, input: string): string =>
  `-hide_banner -loglevel error -nostdin -threads 1 -protocol_whitelist ${input === 'pipe:0' ? 'pipe' : 'file'} -f ${demuxer}`;

const outputArgs = (maxSeconds: number): string =>
  `-map 0:a:0 -t ${maxSeconds + 1} -af aformat=sample_fmts=s16:sample_rates=${SPEECH_RATE}:channel_layouts=mono|stereo ` +
  `-threads 1 -bitexact -f wav pipe:1`;

/** Live calls need the processor more. */
function yieldToCalls(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not allow it: it only competes a little more.
  }
}

const missing = () =>
  new TranscriptionError(
    'ffmpeg_missing',
    'This server decodes WAV and raw PCM only, because ffmpeg is not installed (apt-get install ffmpeg). Send WAV.',
  );
