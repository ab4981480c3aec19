// Debian's baresip, a SIP telephone that nobody here wrote: its microphone is a WAV file, what it hears is written to another,
// and it is told what to say and which keys to press over its control socket (module ctrl_tcp: netstrings of JSON).
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav, encodeWav } from '../../src/audio/wav.js';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

const RATE = 8000;
/** How long it may take to start, and to pick up, ms. */
const PATIENCE_MS = 20_000;
/** How long the microphone is silent after what is said, s: when its file ends it hangs up. */
const SILENT_S = 180;

export interface SipPhoneOptions {
  /** Of the server, on 127.0.0.1. */
  readonly port: number;
  readonly codec?: 'pcmu' | 'pcma';
  readonly transport?: 'udp' | 'tcp';
  /** Without spaces, which its accounts cannot hold. */
  readonly password?: string;
}

/** What the microphone hears from now on, PCM16, 8 kHz. */
function writeMicrophone(folder: string, name: string, speech: Uint8Array): string {
  const file = join(folder, `${name}.wav`);
  writeFileSync(file, encodeWav(Buffer.concat([speech, new Uint8Array(2 * RATE * SILENT_S)]), RATE));
  return `aufile,${file}`;
}

export class SipPhone {
  private out = '';
  private said = 0;

  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    private readonly server: string,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.out += String(chunk);
      });
    }
  }

  private control: Socket | undefined;

  /** Dials, silent, and resolves when the call is answered. */
  static async call(options: SipPhoneOptions): Promise<SipPhone> {
    const { port, codec = 'pcmu', transport = 'udp', password } = options;
    const folder = mkdtempSync(join(tmpdir(), 'parley-baresip-'));
    const [sip, control, rtp] = [await freePort(), await freePort(), await freePort()];
    writeFileSync(join(folder, 'contacts'), '');
    const secret = password === undefined ? '' : `;auth_user=tester;auth_pass=${password}`;
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:tester@127.0.0.1;transport=${transport}>;regint=0;audio_codecs=${codec}${secret}\n`,
    );
    writeFileSync(
      join(folder, 'config'),
      [
        `sip_listen 127.0.0.1:${sip}`,
        `rtp_ports ${rtp}-${rtp + 20}`,
        'audio_player aubridge,none',
        `audio_source ${writeMicrophone(folder, 'silence', new Uint8Array(0))}`,
        'module_path /usr/lib/baresip/modules',
        ...['g711', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`),
        'module_tmp account.so',
        ...['menu', 'ctrl_tcp'].map((name) => `module_app ${name}.so`),
        `ctrl_tcp_listen 127.0.0.1:${control}`,
        `snd_path ${folder}`,
        '',
      ].join('\n'),
    );
    const process = spawn('baresip', ['-4', '-f', folder], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const phone = new SipPhone(folder, process, `sip:desk@127.0.0.1:${port}`);
    try {
      await phone.until(/baresip is ready/);
      await phone.connect(control);
      phone.command('dial', phone.server);
      await phone.until(/Call established/);
      return phone;
    } catch (error) {
      await phone.end();
      throw error;
    }
  }

  /** What it has written, for messages. */
  get log(): string {
    return this.out.slice(-4000);
  }

  get isOver(): boolean {
    return /Call with .* terminated|session closed/.test(this.out);
  }

  /** Speaks at once, PCM16, 8 kHz; what it was saying is broken off. */
  say(speech: Uint8Array): void {
    this.said += 1;
    this.command('ausrc', writeMicrophone(this.folder, `said-${this.said}`, speech));
  }

  hold(): void {
    this.command('hold');
  }

  resume(): void {
    this.command('resume');
  }

  /** Presses keys, which go as RFC 4733 events. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      this.command('sndcode', key);
      // The next key while one is still being sent would be lost in baresip.
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  hangUp(): void {
    this.command('hangup');
  }

  /** What it has heard since it called, PCM16, 8 kHz. It writes nothing any more once it has been on hold. */
  heard(): Uint8Array {
    const file = readdirSync(this.folder).find((name) => name.endsWith('-dec.wav'));
    return file === undefined ? new Uint8Array(0) : decodeWav(readFileSync(join(this.folder, file))).pcm;
  }

  /** Idempotent. */
  async end(): Promise<void> {
    // The server is to hear of it, whatever has become of the test.
    if (!this.isOver) this.hangUp();
    await waitFor(() => this.isOver, 1000).catch(() => undefined);
    this.control?.destroy();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async until(what: RegExp): Promise<void> {
    await waitFor(() => what.test(this.out) || this.isOver, PATIENCE_MS).catch(() => undefined);
    if (!what.test(this.out)) throw new Error(`no ${what}; baresip wrote:\n${this.log}`);
  }

  private async connect(port: number): Promise<void> {
    this.control = connect(port, '127.0.0.1');
    // Its answers are in what it prints, too; unread they would fill the socket.
    this.control.resume();
    await new Promise<void>((resolve, reject) => {
      this.control?.once('connect', resolve).once('error', reject);
    });
    this.control.on('error', () => undefined);
  }

  private command(command: string, params?: string): void {
    const text = JSON.stringify({ command, ...(params === undefined ? {} : { params }) });
    this.control?.write(`${Buffer.byteLength(text)}:${text},`);
  }
}
