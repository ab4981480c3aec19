import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest that flite may take for one utterance, ms; it makes speech some fifty times faster than real time. */
const TIMEOUT_MS = 15_000;
const MAX_ERROR_CHARS = 300;

/** The speech program is not there, or failed. */
export class SynthesisError extends Error {
  constructor(
    message: string,
    /** The command that puts it right, when the program is missing. */
    readonly install?: string,
  ) {
    super(message);
    this.name = 'SynthesisError';
  }
}

/**
 * Speech for `text` as a WAV file, made by flite. Throws SynthesisError.
 * @param program name or path of flite
 */
export async function flite(text: string, voice: string, program = 'flite'): Promise<Uint8Array> {
  // A file and not a pipe: Node's pipes are sockets, which flite cannot open as /dev/stdout.
  const folder = await mkdtemp(join(tmpdir(), 'parley-caller-'));
  try {
    const file = join(folder, 'speech.wav');
    await run(program, ['-voice', voice, '-t', text, '-o', file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Not spawn's own `timeout`: its timer goes on when the program is not found.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    let complaint = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      complaint = (complaint + text).slice(0, MAX_ERROR_CHARS);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') {
        reject(new SynthesisError('flite, which speaks for the caller, is not installed', installCommand()));
      } else if (error.name === 'AbortError') {
        reject(new SynthesisError(`flite took longer than ${TIMEOUT_MS / 1000} s`));
      } else {
        reject(new SynthesisError(`flite could not be run: ${error.message}`));
      }
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new SynthesisError(`flite failed (${signal ?? `exit ${code}`}): ${complaint.trim()}`));
    });
  });
}

const installCommand = (): string =>
  process.platform === 'darwin' ? 'brew install flite' : 'sudo apt-get install -y flite';
