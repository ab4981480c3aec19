// Sends faults to whoever speaks Sentry's protocol (Sentry, GlitchTip). Of the SDK only what the protocol is made of is used:
// no client of its own, which would listen to the process, patch it and gather breadcrumbs.
import type { Transport } from '@sentry/core';
import { describeFault } from '../../calls/describe-fault.js';
import type { FaultPlace, FaultReport, FaultReports } from '../../calls/fault-reports.port.js';
import { settledWithin } from '../../deadline/within.js';
import { type EventFacts, faultEvent } from './fault-event.js';

/** Events on their way; more are thrown away, so that a receiver that is gone or slow costs no memory. */
const MOST_SENDING = 30;
/** How long one may take, ms. */
const SEND_MS = 5_000;
/** How long those that are on their way may take when the server stops, ms. */
const CLOSE_MS = 2_000;
/** Faults of a call that are known already: a call that fails may fail at every door. */
const MOST_KNOWN = 1_000;

export interface FaultSender extends FaultReports {
  /** Waits for what is on its way, for 2 s at most. */
  close(): Promise<void>;
}

/** Where there is nobody to tell. */
export const NOBODY: FaultSender = {
  report: () => undefined,
  reportError: () => undefined,
  close: () => Promise.resolve(),
};

/** Loads the protocol, which nobody needs who tracks no errors. Throws for a DSN that is none. */
export async function openFaultSender(dsn: string, facts: EventFacts): Promise<FaultSender> {
  const [protocol, { nodeStackLineParser }] = await Promise.all([
    import('@sentry/core'),
    import('@sentry/core/server'),
  ]);
  const { makeDsn, getEnvelopeEndpointWithUrlEncodedAuth, createTransport, createEventEnvelope } = protocol;
  const address = makeDsn(dsn);
  if (address === undefined) throw new Error('SENTRY_DSN is not a DSN.');
  const parse = protocol.createStackParser(nodeStackLineParser());
  const url = getEnvelopeEndpointWithUrlEncodedAuth(address);
  // It minds what the receiver says of its limits (429, Retry-After, X-Sentry-Rate-Limits).
  const transport = createTransport({ bufferSize: MOST_SENDING, recordDroppedEvent: () => undefined }, (request) =>
    post(url, request.body),
  );
  return new EventSender(transport, (fault) => createEventEnvelope(faultEvent(fault, facts, parse), address));
}

type Envelope = Parameters<Transport['send']>[0];

class EventSender implements FaultSender {
  private readonly known = new Set<string>();

  constructor(
    private readonly transport: Transport,
    private readonly envelopeOf: (fault: FaultReport) => Envelope,
  ) {}

  report(fault: FaultReport): void {
    const { callSid, name, stack } = fault;
    const key = `${callSid ?? ''} ${name} ${stack}`;
    if (callSid !== undefined && this.known.has(key)) return;
    this.known.add(key);
    const [oldest] = this.known;
    if (this.known.size > MOST_KNOWN && oldest !== undefined) this.known.delete(oldest);
    try {
      // Nobody can be told that it was not sent: the log has it.
      void Promise.resolve(this.transport.send(this.envelopeOf(fault))).catch(() => undefined);
    } catch {
      // Nor that it could not be written.
    }
  }

  reportError(error: unknown, place: FaultPlace): void {
    this.report({ ...describeFault(error), ...place });
  }

  async close(): Promise<void> {
    await settledWithin(Promise.resolve(this.transport.flush()), CLOSE_MS);
  }
}

async function post(url: string, body: string | Uint8Array) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-sentry-envelope' },
    body: typeof body === 'string' ? body : new Uint8Array(body),
    redirect: 'error',
    signal: AbortSignal.timeout(SEND_MS),
  });
  await answer.body?.cancel();
  const header = (name: string): string | null => answer.headers.get(name);
  return {
    statusCode: answer.status,
    headers: { 'x-sentry-rate-limits': header('x-sentry-rate-limits'), 'retry-after': header('retry-after') },
  };
}
