import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { RecordedAudio } from '../database/calls/export-caller.js';
import { textOf } from '../database/error-code.js';
import { recordedFiles, remove } from './finish-recording.js';

/** The audio in a folder of recordings, for the export and the erasure of a user. */
export const recordedAudio = (folder: string): RecordedAudio => ({
  async *read(file) {
    const known = (await recordedFiles(folder)).some(({ name }) => name === file);
    if (!known) return;
    try {
      yield* createReadStream(join(folder, file)) as AsyncIterable<Buffer>;
    } catch (error) {
      if (textOf(error, 'code') !== 'ENOENT') throw error; // deleted meanwhile
    }
  },
  async erase(callSids) {
    const erased = new Set(callSids);
    const files = (await recordedFiles(folder)).filter(({ callSid }) => erased.has(callSid));
    await remove(folder, files);
    return files.length;
  },
});
