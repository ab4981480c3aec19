// A real PulseAudio without a sound card, for programs that want one: what is played into `microphone` they hear, and what
// they play is recorded.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../../client/node/wav.js';
import { waitFor } from './wait-for.js';

const START_MS = 20_000;

export class SoundServer {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<SoundServer> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-sound-'));
    const script = join(folder, 'setup.pa');
    writeFileSync(
      script,
      [
        'load-module module-null-sink sink_name=loudspeaker rate=48000',
        'load-module module-null-sink sink_name=microphone rate=48000',
        'set-default-sink loudspeaker',
        'set-default-source microphone.monitor',
        // Last: whoever finds the socket finds everything.
        `load-module module-native-protocol-unix socket=${join(folder, 'native')} auth-anonymous=1`,
      ].join('\n'),
    );
    const args = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '-F', script];
    const env = { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder };
    const server = spawn('pulseaudio', args, { env, stdio: 'ignore' });
    await waitFor(() => existsSync(join(folder, 'native')), START_MS);
    return new SoundServer(folder, server);
  }

  /** For the programs. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.folder, PULSE_SERVER: `unix:${join(this.folder, 'native')}` };
  }

  /** Resolves when all of it was said. */
  async say(samples: Int16Array, sampleRate: number): Promise<void> {
    const file = join(this.folder, 'said.wav');
    writeFileSync(file, encodeWav({ sampleRate, channels: 1, samples }));
    await once(spawn('paplay', ['-d', 'microphone', file], { env: this.env, stdio: 'ignore' }), 'exit');
  }

  /** PCM16 of what is played from now on; `stop` gives it. */
  record(sampleRate: number): { readonly seconds: () => number; readonly stop: () => Promise<Uint8Array> } {
    const args = ['-d', 'loudspeaker.monitor', '--format=s16le', `--rate=${sampleRate}`, '--channels=1'];
    const recorder = spawn('parec', args, { env: this.env, stdio: ['ignore', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    recorder.stdout.on('data', (part: Buffer) => parts.push(part));
    return {
      seconds: () => parts.reduce((sum, { length }) => sum + length, 0) / (2 * sampleRate),
      stop: async () => {
        const ended = once(recorder, 'close');
        recorder.kill();
        await ended;
        return Buffer.concat(parts);
      },
    };
  }

  async stop(): Promise<void> {
    const ended = once(this.server, 'exit');
    this.server.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
