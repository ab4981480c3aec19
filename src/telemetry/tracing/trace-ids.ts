import { randomBytes } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace-base';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

/** Ids of spans. The trace of a call has the call's own id, a UUID without its dashes, in whatever process it goes on. */
export class TraceIds implements IdGenerator {
  private next: string | undefined;

  /** What `start` starts at once has the trace of this call. */
  traceOf<T>(callSid: string, start: () => T): T {
    const id = callSid.replaceAll('-', '').toLowerCase();
    this.next = /^(?!0+$)[\da-f]{32}$/.test(id) ? id : undefined;
    try {
      return start();
    } finally {
      this.next = undefined;
    }
  }

  readonly generateTraceId = (): string => this.next ?? randomBytes(TRACE_BYTES).toString('hex');
  readonly generateSpanId = (): string => randomBytes(SPAN_BYTES).toString('hex');
}
