import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { GatewayObserver, SessionSummary, Traffic } from '../gateway/gateway-observer.port.js';

/** s. */
const SESSION_BUCKETS = [5, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Handshakes, sessions, errors and traffic of the gateway. */
export class GatewayMetrics implements GatewayObserver {
  readonly traffic: Traffic = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  private readonly open;
  private readonly handshakes;
  private readonly started;
  private readonly resumed;
  private readonly ended;
  private readonly duration;
  private readonly errors;

  constructor(registry: Registry) {
    const registers = [registry];
    this.open = new Gauge({ name: 'parley_sessions_open', help: 'WebSockets that are open', registers });
    this.handshakes = new Counter({
      name: 'parley_handshakes_total',
      help: 'Handshakes by outcome: accepted, vanished, or the code of the refusal',
      labelNames: ['outcome'],
      registers,
    });
    this.started = new Counter({
      name: 'parley_sessions_started_total',
      help: 'Sessions that got session.started, by agent',
      labelNames: ['agent'],
      registers,
    });
    this.resumed = new Counter({
      name: 'parley_sessions_resumed_total',
      help: 'Calls that went on over another WebSocket, by agent',
      labelNames: ['agent'],
      registers,
    });
    this.ended = new Counter({
      name: 'parley_sessions_ended_total',
      help: 'Sessions that ended, by reason and close code',
      labelNames: ['reason', 'code'],
      registers,
    });
    this.duration = new Histogram({
      name: 'parley_session_duration_seconds',
      help: 'How long WebSockets were open',
      buckets: SESSION_BUCKETS,
      registers,
    });
    this.errors = new Counter({
      name: 'parley_errors_total',
      help: 'Error messages to clients, by code',
      labelNames: ['code'],
      registers,
    });
    const { traffic } = this;
    fromCounts(registry, 'parley_frames_total', 'WebSocket messages', () => [traffic.framesIn, traffic.framesOut]);
    fromCounts(registry, 'parley_frame_bytes_total', 'Payload of WebSocket messages, bytes', () => [
      traffic.bytesIn,
      traffic.bytesOut,
    ]);
  }

  handshake(outcome: string): void {
    this.handshakes.inc({ outcome });
  }

  sessionOpened(): void {
    this.open.inc();
  }

  sessionStarted(agent: string): void {
    this.started.inc({ agent });
  }

  sessionResumed(agent: string): void {
    this.resumed.inc({ agent });
  }

  sessionClosed({ reason, closeCode, durationMs }: SessionSummary): void {
    this.open.dec();
    this.ended.inc({ reason, code: String(closeCode) });
    this.duration.observe(durationMs / 1000);
  }

  errorSent(code: string): void {
    this.errors.inc({ code });
  }
}

/** A counter over plain numbers of the hot path, which are read only when the metrics are. */
function fromCounts(registry: Registry, name: string, help: string, read: () => [number, number]): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames: ['direction'],
      registers: [],
      collect() {
        const [received, sent] = read();
        this.reset();
        this.inc({ direction: 'in' }, received);
        this.inc({ direction: 'out' }, sent);
      },
    }),
  );
}
