import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ServerMessage, WireArtifact } from '../../src/protocol/index.js';
import type { CallReport } from './call.js';
import { usageFailure } from './failure.js';
import type { CallObserver } from './observer.js';

const FETCH_TIMEOUT_MS = 10_000;
const MAX_ARTIFACT_BYTES = 20 * 1024 * 1024;
/** Messages kept for the transcript; a call of hours keeps its first ones. */
const MAX_MESSAGES = 50_000;

/** Keeps everything that was said in a call, with its time, for transcript.json. */
export class TranscriptKeeper implements CallObserver {
  readonly #startedAt = performance.now();
  readonly #events: object[] = [];

  get events(): readonly object[] {
    return this.#events;
  }

  callerSpeaks(said: string, kind: 'say' | 'wav' | 'text'): void {
    this.#keep({ type: 'client.speaks', kind, said });
  }

  message(message: ServerMessage): void {
    this.#keep(message);
  }

  note(text: string): void {
    this.#keep({ type: 'client.note', text });
  }

  #keep(event: object): void {
    if (this.#events.length >= MAX_MESSAGES) return;
    this.#events.push({ atMs: Math.round(performance.now() - this.#startedAt), ...event });
  }
}

export interface SaveOptions {
  readonly folder: string;
  readonly report: CallReport;
  readonly events: readonly object[];
  /** Address of the stream; artifacts are on the same server. */
  readonly url: string;
  readonly token: string | undefined;
  /** Told about an artifact that could not be fetched. */
  readonly note: (text: string) => void;
}

export interface SavedArtifact {
  readonly artifact: WireArtifact;
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface SavedCall {
  readonly files: readonly string[];
  readonly artifacts: readonly SavedArtifact[];
}

/** Makes the folder, so that what cannot be saved is known before the call. Throws a TerminalFailure. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw usageFailure(`--save: ${folder} cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Writes call.wav, transcript.json and the artifacts that the agent made. */
export async function saveCall(options: SaveOptions): Promise<SavedCall> {
  const { folder, report, events } = options;
  const files: string[] = [];
  const put = async (name: string, content: string | Uint8Array): Promise<string> => {
    let file = join(folder, name);
    for (let copy = 2; files.includes(file); copy += 1) file = join(folder, `${copy}-${name}`);
    await writeFile(file, content);
    files.push(file);
    return file;
  };
  const { wav, session, turns, ended } = report;
  if (wav !== undefined) await put('call.wav', wav);
  await put('transcript.json', `${JSON.stringify({ session, turns, ended, events }, undefined, 2)}\n`);
  const artifacts: SavedArtifact[] = [];
  for (const artifact of turns.flatMap((turn) => turn.tools.flatMap((tool) => tool.artifacts))) {
    const bytes = await fetchArtifact(artifact, options);
    if (bytes === undefined) continue;
    artifacts.push({ artifact, bytes, file: await put(safeName(artifact), bytes) });
  }
  return { files, artifacts };
}

/** The last part of the address, whatever it holds, as a name that stays in the folder. */
function safeName({ url, kind }: WireArtifact): string {
  const name = basename(new URL(url ?? '', 'http://localhost').pathname).replaceAll(/[^\w.-]/g, '_');
  return /^[\w-]/.test(name) ? name : kind;
}

async function fetchArtifact(
  artifact: WireArtifact,
  { url, token, note }: SaveOptions,
): Promise<Uint8Array | undefined> {
  if (artifact.url === undefined) return undefined;
  const base = new URL(url.replace(/^ws/, 'http'));
  const address = new URL(artifact.url, base);
  // The token goes to the server that it is for, and nowhere else.
  if (address.origin !== base.origin) {
    note(`"${artifact.title}" is on another server (${address.origin}) and was not fetched`);
    return undefined;
  }
  try {
    const response = await fetch(address, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    if (Number(response.headers.get('content-length') ?? 0) > MAX_ARTIFACT_BYTES) throw new Error('too large');
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    note(`"${artifact.title}" could not be fetched: ${(error as Error).message}`);
    return undefined;
  }
}
