// Debian's real baresip, each with a configuration of its own: a SIP user agent that nobody here has written.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';

export interface BaresipOptions {
  /** Its own folder: what it records is there, too. */
  readonly folder: string;
  readonly user: string;
  /** What it says into the call, as baresip's `audio_source` has it. */
  readonly source: string;
  /** Takes calls by itself. */
  readonly answers?: boolean;
  /** Added to ALSA's configuration. */
  readonly alsa?: string;
}

const END_MS = 3_000;

export class Baresip {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly options: BaresipOptions,
    private readonly port: number,
  ) {}

  /** Configured, on ports of its own on 127.0.0.1, mu-law only; it does not run yet. */
  static async make(options: BaresipOptions): Promise<Baresip> {
    const { folder, user, source, answers = false, alsa = '' } = options;
    const port = await freePort();
    const rtp = (await freePort()) & ~1;
    mkdirSync(folder, { recursive: true });
    const modules = ['g711', 'alsa', 'aufile', 'aubridge', 'sndfile'].map((name) => `module ${name}.so`);
    const lines = [
      `sip_listen 127.0.0.1:${port}`,
      `audio_source ${source}`,
      'audio_player aubridge,none',
      'ausrc_srate 8000',
      'auplay_srate 8000',
      'ausrc_channels 1',
      'auplay_channels 1',
      `rtp_ports ${rtp}-${rtp + 20}`,
      'module_path /usr/lib/baresip/modules',
      ...modules,
      'module_tmp account.so',
      'module_app menu.so',
      `snd_path ${folder}`,
    ];
    const mode = answers ? ';answermode=auto' : '';
    writeFileSync(join(folder, 'config'), `${lines.join('\n')}\n`);
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:${user}@127.0.0.1:${port}>;regint=0;audio_codecs=PCMU/8000/1${mode}\n`,
    );
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(join(folder, 'alsa.conf'), `${readFileSync('/usr/share/alsa/alsa.conf', 'utf8')}\n${alsa}\n`);
    return new Baresip(options, port);
  }

  get address(): string {
    return `sip:${this.options.user}@127.0.0.1:${this.port}`;
  }

  /** What it has printed. */
  get log(): string {
    return this.output;
  }

  /** Starts it, and has it call somebody. */
  start(callee?: string): void {
    const { folder } = this.options;
    const dial = callee === undefined ? [] : ['-e', `/dial ${callee}`];
    this.child = spawn('baresip', ['-f', folder, ...dial], {
      env: { ...process.env, ALSA_CONFIG_PATH: join(folder, 'alsa.conf'), ALSA_CONFIG_DIR: '/usr/share/alsa' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.output = (this.output + text.toString()).slice(-20_000);
      });
    }
  }

  /** The file into which it writes what it hears in its first call; undefined before. */
  get heardFile(): string | undefined {
    const { folder } = this.options;
    const name = readdirSync(folder).find((file) => /^dump-.*-dec\.wav$/.test(file));
    return name === undefined ? undefined : join(folder, name);
  }

  /** Hangs up and ends it. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(force);
  }
}
