import { randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FluxSession } from './deepgram-flux.js';
import type { DeepgramFault, DeepgramKnobs } from './deepgram-knobs.js';
import { NovaSession } from './deepgram-nova.js';
import { ScriptedSession } from './deepgram-session.js';
import type { RecogniserSession, SessionContext } from './deepgram-session.js';
import { drawMs, Schedule } from './schedule.js';

/** What a connection has seen, for tests. */
export interface DeepgramConnectionLog {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Extensions that were agreed on; empty without compression. */
  readonly extensions: string;
  audioBytes: number;
  audioMessages: number;
  smallestAudioMessage: number;
  largestAudioMessage: number;
  emptyFrames: number;
  pings: number;
  /** Types of the client's text messages, in order. */
  readonly controls: string[];
  open: boolean;
}

const DEFAULT_IDLE_TIMEOUT_MS = 10_000;

/** One accepted WebSocket: passes audio and control on to its session and plays the fault. */
export class DeepgramConnection implements SessionContext {
  readonly requestId = randomUUID();
  readonly query: URLSearchParams;
  readonly sampleRate: number;
  readonly log: DeepgramConnectionLog;
  private readonly session: RecogniserSession;
  private readonly schedule = new Schedule();
  private readonly idle: NodeJS.Timeout;
  private readonly knobs: DeepgramKnobs;
  private fault: DeepgramFault | undefined;
  private silenced = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly tcp: Duplex,
    url: URL,
    knobs: DeepgramKnobs,
  ) {
    this.knobs = knobs;
    this.fault = knobs.fault;
    this.query = url.searchParams;
    this.sampleRate = Number(this.query.get('sample_rate'));
    this.log = {
      path: url.pathname,
      query: this.query,
      extensions: socket.extensions,
      audioBytes: 0,
      audioMessages: 0,
      smallestAudioMessage: Infinity,
      largestAudioMessage: 0,
      emptyFrames: 0,
      pings: 0,
      controls: [],
      open: true,
    };
    const idleTimeoutMs = knobs.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
    this.idle = setTimeout(() => {
      this.socket.close(1011, 'NET-0001');
    }, idleTimeoutMs);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.audio(data);
      else this.text(data);
    });
    socket.on('ping', () => {
      this.log.pings += 1;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.log.open = false;
      this.schedule.clear();
      clearTimeout(this.idle);
    });
    this.session = this.makeSession(url.pathname);
  }

  send(message: object): void {
    const text = JSON.stringify(message);
    this.later(() => {
      if (!this.silenced && this.socket.readyState === this.socket.OPEN) this.socket.send(text);
    });
  }

  close(code?: number, reason?: string): void {
    this.later(() => {
      this.socket.close(code, reason);
    });
  }

  private later(action: () => void): void {
    this.schedule.run(drawMs(this.knobs.latency), action);
  }

  private makeSession(path: string): RecogniserSession {
    if (this.knobs.script !== undefined) return new ScriptedSession(this, this.knobs);
    return path === '/v2/listen' ? new FluxSession(this, this.knobs) : new NovaSession(this, this.knobs);
  }

  private audio(data: Buffer): void {
    const { log } = this;
    log.audioMessages += 1;
    log.audioBytes += data.length;
    log.smallestAudioMessage = Math.min(log.smallestAudioMessage, data.length);
    log.largestAudioMessage = Math.max(log.largestAudioMessage, data.length);
    if (data.length === 0) {
      log.emptyFrames += 1;
      return this.socket.close(1008, 'DATA-0000');
    }
    this.idle.refresh();
    this.session.audio(data);
    if (this.fault !== undefined && (log.audioBytes / 2 / this.sampleRate) * 1000 >= this.fault.afterAudioMs) {
      const { kind } = this.fault;
      this.fault = undefined;
      this.later(() => {
        this.play(kind);
      });
    }
  }

  private text(data: Buffer): void {
    const type = typeOfControl(data);
    this.log.controls.push(type);
    this.idle.refresh();
    if (type === 'CloseStream') this.closeStream();
    else if (type !== 'KeepAlive' || this.log.path === '/v2/listen') this.session.control(type);
  }

  private closeStream(): void {
    const how = this.knobs.onCloseStream ?? 'normal';
    if (how === 'hang') return;
    this.session.end();
    for (const message of this.knobs.afterClose ?? []) this.send(message);
    this.later(() => {
      if (how === 'destroy') this.socket.terminate();
      else if (how === 'close-1011') this.socket.close(1011, 'NET-0000');
      else if (how === 'codeless' || this.log.path === '/v2/listen') this.socket.close();
      else this.socket.close(1000);
    });
  }

  private play(kind: DeepgramFault['kind']): void {
    switch (kind) {
      case 'close':
        return this.socket.close(1000);
      case 'close-codeless':
        return this.socket.close();
      case 'close-1008':
        return this.socket.close(1008, 'DATA-0000');
      case 'close-1011':
        return this.socket.close(1011, 'NET-0000');
      case 'destroy':
        return this.socket.terminate();
      case 'stall':
        this.silenced = true;
        return;
      case 'stop-reading':
        this.silenced = true;
        return this.socket.pause();
      case 'garbage':
        return this.socket.send('<html>502 Bad Gateway</html>');
      case 'malformed':
        return this.socket.send(
          this.log.path === '/v2/listen'
            ? '{"type":"TurnInfo","event":"Update","turn_index":"zero"}'
            : '{"type":"Results","start":0,"duration":1,"is_final":true,"channel":{"alternatives":"none"}}',
        );
      case 'no-type':
        return this.socket.send('[1,2,3]');
      case 'binary':
        return this.socket.send(Buffer.from([1, 2, 3]));
      case 'bad-frame':
        this.tcp.write(Buffer.from([0xff, 0x03, 1, 2, 3]));
        return;
      case 'error':
        return this.sendError('INTERNAL_SERVER_ERROR');
      case 'our-error':
        return this.sendError('UNPARSABLE_CLIENT_MESSAGE');
    }
  }

  private sendError(code: string): void {
    this.socket.send(JSON.stringify({ type: 'Error', sequence_id: 1, code, description: 'It did not work.' }));
  }
}

function typeOfControl(data: Buffer): string {
  if (!isUtf8(data)) return '';
  const message: unknown = JSON.parse(data.toString());
  return typeof message === 'object' && message !== null && 'type' in message && typeof message.type === 'string'
    ? message.type
    : '';
}
