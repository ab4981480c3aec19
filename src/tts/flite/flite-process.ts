// One run of the flite program: text in, 16-bit mono WAV out. Debian's package `flite`; BSD-like licence; a separate process.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderError } from '../../provider/provider.port.js';
import { latin } from './latin.js';

export const FLITE = 'flite';

export interface FliteSpeech {
  /** PCM16 mono, without the header. */
  readonly pcm: Uint8Array;
  /** Hz. */
  readonly sampleRate: number;
}

export interface FliteRun {
  readonly program: string;
  readonly voice: string;
  readonly text: string;
  /** The whole run, ms. */
  readonly timeoutMs: number;
  /** Longest audio that is taken, bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Speaks `text`. Throws a ProviderError, or the signal's reason when it aborts (the program is killed then). */
export async function runFlite(run: FliteRun): Promise<FliteSpeech> {
  run.signal.throwIfAborted();
  const text = latin(run.text);
  if (text === undefined) {
    throw failure('bad_request', false, 'flite speaks English in Latin letters only: give the agent another voice');
  }
  // A file and not a pipe: Node's pipes are sockets, which flite cannot open as /dev/stdout.
  const folder = await mkdtemp(join(tmpdir(), 'parley-flite-'));
  try {
    const file = join(folder, 'speech.wav');
    await speakInto(file, { ...run, text });
    run.signal.throwIfAborted();
    if ((await sizeOf(file)) > run.maxBytes) {
      throw failure('bad_request', false, 'the text is too long to be spoken in one piece');
    }
    return readWav(await readFile(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw failure(
      'protocol',
      true,
      `flite wrote nothing (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  }
}

function speakInto(file: string, { program, voice, text, timeoutMs, signal }: FliteRun): Promise<void> {
  return new Promise((resolve, reject) => {
    // `-t` takes the next argument as it is, also one that begins with a dash.
    const child = spawn(program, ['-voice', voice, '-t', text, '-o', file], { stdio: 'ignore' });
    const kill = (): boolean => child.kill('SIGKILL');
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    const settle = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      if (error === undefined) resolve();
      else reject(error);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      settle(
        error.code === 'ENOENT'
          ? failure(
              'unavailable',
              false,
              'flite is not installed: sudo apt-get install flite (npm run demo does it too)',
            )
          : failure('unavailable', true, `flite could not be started (${error.code ?? 'unknown reason'})`),
      );
    });
    child.on('close', (code) => {
      if (signal.aborted) settle(signal.reason);
      else if (timedOut) settle(failure('timeout', true, `flite did not finish within ${timeoutMs} ms`));
      else if (code !== 0) settle(failure('unavailable', true, `flite ended with code ${code ?? 'none'}`));
      else settle();
    });
  });
}

/** flite writes the plain 44-byte header; sizes in it are not to be trusted on a pipe. */
function readWav(wav: Buffer): FliteSpeech {
  const isWav = wav.length >= 44 && wav.toString('latin1', 0, 4) === 'RIFF' && wav.readUInt16LE(34) === 16;
  if (!isWav) throw failure('protocol', true, 'flite did not write 16-bit audio');
  const pcm = wav.subarray(44, wav.length - (wav.length % 2));
  return { pcm, sampleRate: wav.readUInt32LE(24) };
}

export function failure(code: ProviderError['code'], retryable: boolean, message: string): ProviderError {
  return new ProviderError(message, { provider: FLITE, code, retryable });
}
