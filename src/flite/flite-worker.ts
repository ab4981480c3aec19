// A thread that runs flite, compiled to WebAssembly: the arguments of its command line in, what it wrote out. A run takes
// 15 to 100 ms and cannot be broken off but with the thread. Started from the source by Node itself under Jest: so no
// imports of other files of ours but of types, and only TypeScript that can be erased.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { FliteJob } from './flite-thread.js';

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; _start(): void };
}

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Record<string, object>) => Instance;
};

/** Codes of WASI (wasi_snapshot_preview1, `errno`). */
const [SUCCESS, BAD_FILE, NOT_SEEKABLE] = [0, 8, 70];
/** The one folder that flite sees, and the one file that it writes. */
const [FOLDER, FILE] = [3, 4];
const [FOLDER_NAME, FOLDER_TYPE, FILE_TYPE] = ['/', 3, 4];
const ALL_RIGHTS = 0xff_ff_ff_ff_ff_ff_ff_ffn;
const MAX_TEXT = 100_000;
/** After a long text the memory is made anew instead of being kept, bytes: it cannot shrink. */
const KEPT_BYTES = 64 * 1024 * 1024;

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`flite ended with code ${code}`);
    this.code = code;
  }
}

/** The file that a run writes, and what it prints. */
class Output {
  readonly pieces: Buffer[] = [];
  bytes = 0;
  text = '';
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  write(file: number, data: Uint8Array): void {
    if (file !== FILE) this.text = (this.text + Buffer.from(data).toString()).slice(0, MAX_TEXT);
    else if (this.bytes < this.maxBytes) {
      // The memory is the program's own: it goes on using it.
      this.pieces.push(Buffer.from(data.subarray(0, this.maxBytes - this.bytes)));
      this.bytes += data.length;
    }
  }

  /** In memory of its own, so that it can be handed over. */
  file(): Uint8Array<ArrayBuffer> {
    const file = new Uint8Array(this.pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.pieces) {
      file.set(piece, at);
      at += piece.length;
    }
    return file;
  }
}

/** The program with its memory, for one run after another. */
class Program {
  private readonly instance: Instance;
  /** Its memory before the first run: making an instance takes 60 ms, putting its memory back takes one. */
  private readonly image: Uint8Array;
  private args: readonly Buffer[] = [];
  private output = new Output(0);

  constructor(module: object) {
    this.instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: this.system() });
    this.image = this.memory.slice();
  }

  /** Bytes that it holds now. */
  get size(): number {
    return this.memory.length;
  }

  /** Throws what the program traps with, or an Exit: it must not be run again then. */
  run(args: readonly string[], maxBytes: number): Output {
    const { memory, image } = this;
    memory.set(image);
    memory.fill(0, image.length);
    this.args = args.map((argument) => Buffer.from(`${argument}\0`));
    this.output = new Output(maxBytes);
    this.instance.exports._start();
    return this.output;
  }

  /** Growing replaces the buffer: never to be kept over a call. */
  private get memory(): Uint8Array {
    return new Uint8Array(this.instance.exports.memory.buffer);
  }

  private get view(): DataView {
    return new DataView(this.instance.exports.memory.buffer);
  }

  /** The part of WASI that flite asks for: arguments, one file to write, and nothing of this machine. */
  private system(): Record<string, (...args: never[]) => number> {
    return {
      args_sizes_get: (count: number, bytes: number) => {
        this.view.setUint32(count, this.args.length, true);
        this.view.setUint32(bytes, Buffer.concat(this.args).length, true);
        return SUCCESS;
      },
      args_get: (pointers: number, bytes: number) => {
        let at = bytes;
        this.args.forEach((argument, n) => {
          this.view.setUint32(pointers + 4 * n, at, true);
          this.memory.set(argument, at);
          at += argument.length;
        });
        return SUCCESS;
      },
      clock_time_get: (_clock: number, _precision: bigint, time: number) => {
        this.view.setBigUint64(time, 0n, true);
        return SUCCESS;
      },
      fd_prestat_get: (file: number, about: number) => {
        if (file !== FOLDER) return BAD_FILE;
        this.view.setUint32(about, 0, true);
        this.view.setUint32(about + 4, FOLDER_NAME.length, true);
        return SUCCESS;
      },
      fd_prestat_dir_name: (_file: number, name: number, length: number) => {
        this.memory.set(Buffer.from(FOLDER_NAME).subarray(0, length), name);
        return SUCCESS;
      },
      fd_fdstat_get: (file: number, about: number) => {
        this.view.setBigUint64(about, 0n, true);
        this.view.setUint8(about, file === FOLDER ? FOLDER_TYPE : FILE_TYPE);
        this.view.setBigUint64(about + 8, ALL_RIGHTS, true);
        this.view.setBigUint64(about + 16, ALL_RIGHTS, true);
        return SUCCESS;
      },
      fd_fdstat_set_flags: () => SUCCESS,
      fd_close: () => SUCCESS,
      fd_read: () => BAD_FILE,
      fd_seek: () => NOT_SEEKABLE,
      path_open: (...[, , , , , , , , opened]: number[]) => {
        this.view.setUint32(opened ?? 0, FILE, true);
        return SUCCESS;
      },
      fd_write: (file: number, vectors: number, count: number, written: number) => {
        const { view, memory } = this;
        let bytes = 0;
        for (let at = vectors; at < vectors + 8 * count; at += 8) {
          const start = view.getUint32(at, true);
          const length = view.getUint32(at + 4, true);
          this.output.write(file, memory.subarray(start, start + length));
          bytes += length;
        }
        view.setUint32(written, bytes, true);
        return SUCCESS;
      },
      proc_exit: (code: number) => {
        throw new Exit(code);
      },
    };
  }
}

const { wasm } = workerData as { wasm: string };
const module = new WebAssembly.Module(readFileSync(wasm));
let program: Program | undefined = new Program(module);

parentPort?.on('message', ({ id, args, maxBytes }: FliteJob) => {
  try {
    program ??= new Program(module);
    const output = program.run(args, maxBytes);
    if (program.size > KEPT_BYTES) program = undefined;
    const file = output.file();
    parentPort?.postMessage({ id, file, text: output.text }, [file.buffer]);
  } catch (error) {
    program = undefined;
    // Never the arguments: they are what the agent says.
    const reason = error instanceof Exit ? error.message : 'flite broke off';
    parentPort?.postMessage({ id, failed: reason });
  }
});
