// Callers who are put through: both sides of a transfer, as tests play them.
import { randomUUID } from 'node:crypto';
import { CALL_LEDGER } from '../../src/calls/call-ledger.port.js';
import type { CallLedger } from '../../src/calls/call-ledger.port.js';
import { TRANSFER_LINES } from '../../src/calls/transfer-lines.port.js';
import type { TransferLines } from '../../src/calls/transfer-lines.port.js';
import type { TransferOutcome } from '../../src/conversation/transfer.port.js';
import type { SimulatedCall, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import { FROM } from './outbound-app.js';
import type { OutboundApp } from './outbound-app.js';
import { waitFor } from './wait-for.js';

export const BILLING = '+4930700001';
export const CALLER = '+4930123456';
export const SAYS = 'A caller of Meridian for billing.';

export interface TransferStage {
  readonly twilio: TwilioRestSimulator;
  readonly server: OutboundApp;
  /** The server's own, unless a test has made another one. */
  readonly lines?: TransferLines;
}

export interface Transfer {
  readonly caller: SimulatedCall;
  /** Of the caller's call. */
  readonly callSid: string;
  readonly steps: string[];
  readonly outcome: Promise<TransferOutcome>;
  /** The caller puts the receiver down. */
  readonly leave: () => void;
  /** Twilio takes the caller's call from our stream. */
  readonly streamEnds: () => void;
}

/** A caller who is to be put through to billing. */
export async function beginTransfer(stage: TransferStage, { consult = true } = {}): Promise<Transfer> {
  const { twilio, server } = stage;
  const lines = stage.lines ?? server.app.get<TransferLines>(TRANSFER_LINES, { strict: false });
  const caller = twilio.add({ to: FROM, from: CALLER, status: 'in-progress' });
  const callSid = await openedCall(server);
  const line = lines.lineOf({
    sessionId: callSid,
    agent: 'julia',
    leg: { provider: 'twilio', id: caller.sid, ours: FROM },
    plan: { destinations: { billing: { number: BILLING, called: 'billing', says: SAYS, consult } }, ringMs: 5_000 },
    mayTell: () => true,
    redact: (text) => text.replace('4111', '[card_1]'),
  });
  if (line === undefined) throw new Error('no line');
  const left = new AbortController();
  const steps: string[] = [];
  const words = { press: 'Press 1.', gone: 'The caller has hung up.' };
  const wanted = { destination: 'billing', about: 'Card 4111 <was> charged twice.', words, language: 'en-US' };
  const outcome = line.start(wanted, (step) => steps.push(step), left.signal);
  const leave = (): void => {
    caller.status = 'completed';
    caller.ended = new Date();
    left.abort();
  };
  return { caller, callSid, steps, outcome, leave, streamEnds: () => left.abort() };
}

/** The row of a call that comes in. Resolves with its call_sid. */
export async function openedCall({ app }: OutboundApp): Promise<string> {
  const callSid = randomUUID();
  const ledger = app.get<CallLedger>(CALL_LEDGER, { strict: false });
  await ledger.open({ callSid, agent: 'julia', direction: 'inbound', channel: 'phone' });
  return callSid;
}

/** The call to billing that the server has asked for. */
export const personAt = (twilio: TwilioRestSimulator): SimulatedCall | undefined =>
  twilio.calls.find(({ to, form }) => to === BILLING && form.has('Url'));

/** His telephone rings, and Twilio has told so. */
export async function personRings({ twilio, server }: TransferStage): Promise<SimulatedCall> {
  await waitFor(() => personAt(twilio) !== undefined);
  const person = personAt(twilio);
  if (person === undefined) throw new Error('nobody is called');
  person.status = 'ringing';
  expect(await twilio.tell(person, 'ringing', server.http)).toBe(204);
  return person;
}
