import { createHash } from 'node:crypto';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { WAV_HEADER_BYTES, wavHeader } from '../audio/wav.js';
import { RECORDING_RATE } from './track.js';

/** The caller on the left, the agent on the right, PCM16. */
export const CHANNELS = 2;
export const BYTES_PER_MS = (RECORDING_RATE * CHANNELS * 2) / 1000;
/** Longest that a WAV file's header can say, bytes: 18 hours. */
const MAX_BYTES = 0xffff_ffff - WAV_HEADER_BYTES;

export const recordingHeader = (dataBytes: number): Uint8Array => wavHeader(dataBytes, RECORDING_RATE, CHANNELS);

/** What a call's files are named after: a `call_sid` is made by us, and still no path may hide in it. */
export const isFileSafe = (callSid: string): boolean => /^[\w-]{1,100}$/.test(callSid);

/** This machine, among those that share a folder. */
export const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** The part of a recording that this process writes; `startedAt`, ms since 1970, is when its first sample was. */
export const partName = (callSid: string, startedAt: number): string =>
  `${callSid}.${Math.round(startedAt)}.${HOST}-${process.pid}.part`;

/**
 * A WAV file that grows. With every write its header says how long it is, so that a killed process leaves a file that can be
 * played, without what it had not written.
 */
export class RecordingFile {
  private bytes = 0;

  private constructor(
    private readonly handle: FileHandle,
    readonly path: string,
  ) {}

  /** Readable by nobody else. Rejects as the file system does. */
  static async create(folder: string, name: string): Promise<RecordingFile> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, name);
    return new RecordingFile(await open(path, 'wx', 0o600), path);
  }

  /** Rejects as the file system does; what was written before stays. */
  async write(samples: Int16Array): Promise<void> {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    if (this.bytes + bytes.length > MAX_BYTES) throw new RangeError('a WAV file cannot be longer');
    await this.put(bytes, WAV_HEADER_BYTES + this.bytes);
    this.bytes += bytes.length;
    await this.put(recordingHeader(this.bytes), 0);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private async put(bytes: Uint8Array, at: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }
}
