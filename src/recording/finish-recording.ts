import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WAV_HEADER_BYTES } from '../audio/wav.js';
import { textOf } from '../database/error-code.js';
import { BYTES_PER_MS, recordingHeader } from './recording-file.js';

/** A file of a recording: a part, as one process wrote it, or the whole. */
export interface RecordedFile {
  readonly name: string;
  readonly callSid: string;
  /** Of its first sample, ms since 1970. */
  readonly startedAt: number;
  readonly isWhole: boolean;
  /** Of a part: who writes it, or did. */
  readonly writer?: { readonly host: string; readonly pid: number };
}

/** A recording that is whole. */
export interface FinishedRecording {
  readonly file: string;
  /** Of its first sample, ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly bytes: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha512: string;
}

const NAME = /^([\w-]{1,100})\.(\d{1,16})\.(?:wav|([\da-f]{8})-(\d{1,10})\.part)$/;
/** Silence between two parts is written in pieces of this size. */
const SILENCE = Buffer.alloc(65_536);

const DRAFT = /\.wav\.\d{1,10}\.tmp$/;

/** Names in a folder; none where there is no folder. */
const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });

/** Files that are being put together, or were when their process was killed. */
export const draftsIn = async (folder: string): Promise<readonly string[]> =>
  (await namesIn(folder)).filter((name) => DRAFT.test(name));

/** The files of recordings in a folder, the earliest first. */
export async function recordedFiles(folder: string): Promise<readonly RecordedFile[]> {
  return (await namesIn(folder))
    .flatMap((name) => {
      const [, callSid, startedAt, host, pid] = NAME.exec(name) ?? [];
      if (callSid === undefined) return [];
      const file = { name, callSid, startedAt: Number(startedAt), isWhole: host === undefined };
      return host === undefined ? [file] : [{ ...file, writer: { host, pid: Number(pid) } }];
    })
    .toSorted((a, b) => a.startedAt - b.startedAt);
}

/**
 * Makes one WAV file of the parts of a call: each where its time is, silence between them. `kept` is told of the file before
 * the parts go; killed before that, it is done again. Undefined when there is nothing. Rejects as the file system does.
 */
export async function finishRecording(
  folder: string,
  files: readonly RecordedFile[],
  kept: (recording: FinishedRecording) => Promise<void>,
): Promise<FinishedRecording | undefined> {
  const [first] = files;
  if (first === undefined) return undefined;
  const file = `${first.callSid}.${first.startedAt}.wav`;
  const draft = join(folder, `${file}.${process.pid}.tmp`);
  try {
    const audioBytes = await joined(folder, files, draft);
    if (audioBytes === 0) {
      await remove(folder, files);
      return undefined;
    }
    const recording = {
      file,
      startedAt: first.startedAt,
      durationMs: Math.round(audioBytes / BYTES_PER_MS),
      bytes: audioBytes + WAV_HEADER_BYTES,
      sha512: await digestOf(draft),
    };
    await kept(recording);
    await rename(draft, join(folder, file));
    await remove(
      folder,
      files.filter(({ name }) => name !== file),
    );
    return recording;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Writes the whole into `draft`; returns how long its audio is, bytes. */
async function joined(folder: string, files: readonly RecordedFile[], draft: string): Promise<number> {
  const out = await open(draft, 'w', 0o600);
  try {
    const startedAt = files[0]?.startedAt ?? 0;
    let at = 0;
    await put(out, recordingHeader(0), 0);
    for (const { name, startedAt: own } of files) {
      const from = (own - startedAt) * BYTES_PER_MS;
      for (; at < from; at += Math.min(SILENCE.length, from - at)) {
        await put(out, SILENCE.subarray(0, Math.min(SILENCE.length, from - at)), WAV_HEADER_BYTES + at);
      }
      at = await copy(join(folder, name), out, at, at - from);
    }
    await put(out, recordingHeader(at), 0);
    await out.sync();
    return at;
  } finally {
    await out.close();
  }
}

/** Appends the audio of a part, whole frames of it, without the first `skip` bytes; returns where it ends. */
async function copy(path: string, out: FileHandle, from: number, skip: number): Promise<number> {
  const { size } = await stat(path);
  const frames = Math.floor(Math.max(0, size - WAV_HEADER_BYTES) / 4) * 4;
  const start = WAV_HEADER_BYTES + Math.floor(skip / 4) * 4;
  const end = WAV_HEADER_BYTES + frames - 1;
  let at = from;
  if (start > end) return at;
  for await (const piece of createReadStream(path, { start, end }) as AsyncIterable<Buffer>) {
    await put(out, piece, WAV_HEADER_BYTES + at);
    at += piece.length;
  }
  return at;
}

async function put(out: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await out.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}

/** Deletes files of recordings; those that are gone already do not matter. */
export async function remove(folder: string, files: readonly Pick<RecordedFile, 'name'>[]): Promise<void> {
  for (const { name } of files) await rm(join(folder, name), { force: true });
}

const isMissing = (error: unknown): boolean => textOf(error, 'code') === 'ENOENT';
