import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import multer from 'multer';
import { TranscriptionError } from './transcription-error.js';

/** A file as it came in. */
export interface Upload {
  readonly file: Buffer;
  /** SHA-256 of the file, hex. */
  readonly hash: string;
  /** MIME type that the client named, without parameters, in lower case. */
  readonly type: string;
  /** The other fields of the form: text, or what brackets and repetition in their names make of it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The field of the form that holds the audio. */
export const AUDIO_FIELD = 'audio';

const FIELD_BYTES = 8 * 1024;
const MAX_FIELDS = 120;
/** What a form is larger than its file, bytes: boundaries, headers, the other fields. */
const FORM_BYTES = 64 * 1024;

/** Kept and hashed chunk by chunk, so that no long file is hashed in one stretch while calls wait. */
class HashedMemory implements multer.StorageEngine {
  _handleFile(
    _request: Request,
    { stream }: Express.Multer.File,
    done: (error?: unknown, info?: Partial<Express.Multer.File> & { hash: string }) => void,
  ): void {
    const chunks: Buffer[] = [];
    const hash = createHash('sha256');
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      hash.update(chunk);
    });
    // Beyond the limit the rest is thrown away, and so is what is here.
    stream.on('limit', () => chunks.splice(0));
    stream.on('error', done);
    stream.on('end', () => {
      const buffer = Buffer.concat(chunks);
      done(null, { buffer, size: buffer.length, hash: hash.digest('hex') });
    });
  }

  _removeFile(_request: Request, file: Partial<Express.Multer.File>, done: (error: Error | null) => void): void {
    delete file.buffer;
    done(null);
  }
}

/** Of a form with a file of `maxBytes`, bytes. */
export const largestUpload = (maxBytes: number): number => maxBytes + FORM_BYTES;

/** How much this request may take of the memory for uploads, bytes. Throws TranscriptionError `audio_too_large`. */
export function uploadBytes(request: Request, maxBytes: number): number {
  const declared = Number(request.headers['content-length'] ?? largestUpload(maxBytes));
  if (declared > largestUpload(maxBytes)) throw tooLarge(maxBytes);
  return declared;
}

/** Reads the form. Throws TranscriptionError: `bad_request`, `audio_missing`, `audio_too_large`, `upload_broken`. */
export async function readUpload(request: Request, response: Response, maxBytes: number): Promise<Upload> {
  if (typeof request.is('multipart/form-data') !== 'string') {
    throw new TranscriptionError('audio_unsupported', `Send multipart/form-data with the file in "${AUDIO_FIELD}".`);
  }
  const read = multer({
    storage: new HashedMemory(),
    limits: {
      fileSize: maxBytes,
      files: 1,
      fields: MAX_FIELDS,
      fieldSize: FIELD_BYTES,
      fieldNestingDepth: 1,
      fieldArrayIndexLimit: MAX_FIELDS,
    },
  }).single(AUDIO_FIELD);
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(toError(error, maxBytes))));
  });
  const { file, body } = request as Request & { file?: Express.Multer.File & { hash: string } };
  if (file === undefined) {
    throw new TranscriptionError('audio_missing', `The form has no file in its field "${AUDIO_FIELD}".`);
  }
  const fields = { ...(body as Record<string, unknown>) };
  return { file: file.buffer, hash: file.hash, type: file.mimetype.toLowerCase(), fields };
}

const tooLarge = (maxBytes: number) =>
  new TranscriptionError('audio_too_large', `The file is larger than ${maxBytes} bytes.`);

function toError(error: unknown, maxBytes: number): TranscriptionError {
  if (!(error instanceof multer.MulterError)) {
    return new TranscriptionError('upload_broken', 'The form cannot be read to its end.');
  }
  if (error.code === 'LIMIT_FILE_SIZE') return tooLarge(maxBytes);
  if (error.code === 'LIMIT_UNEXPECTED_FILE' || error.code === 'LIMIT_FILE_COUNT') {
    return new TranscriptionError('bad_request', `Send one file, in the field "${AUDIO_FIELD}".`);
  }
  return new TranscriptionError('bad_request', `The form is not taken: ${error.message.toLowerCase()}.`);
}
