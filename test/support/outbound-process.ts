// The routes of placed calls and of transfers as a process of its own, which tests kill between the steps of both. Started by
// e2e/outbound-kills.spec.ts and e2e/transfer-kills.spec.ts.
import { CALL_LEDGER } from '../../src/calls/call-ledger.port.js';
import type { CallLedger } from '../../src/calls/call-ledger.port.js';
import { TRANSFER_LINES } from '../../src/calls/transfer-lines.port.js';
import type { TransferLines } from '../../src/calls/transfer-lines.port.js';
import { DO_NOT_CALL } from '../../src/database/outbound/do-not-call.port.js';
import type { DoNotCallList } from '../../src/database/outbound/do-not-call.port.js';
import { OUTBOUND_BOOK } from '../../src/database/outbound/outbound-book.port.js';
import { TRANSFER_BOOK } from '../../src/database/transfers/transfer-book.port.js';
import type { TransferBook, TransferMove } from '../../src/database/transfers/transfer-book.port.js';
import { DIALLER } from '../../src/outbound/dialler.port.js';
import { AbandonedTransfers } from '../../src/outbound/transfer/abandoned-transfers.js';
import { TransferLegs } from '../../src/outbound/transfer/transfer-legs.js';
import { CrashPoints } from './crash-points.js';
import type { NameOf } from './crash-points.js';
import { QUICK, startOutboundApp } from './outbound-app.js';

export type OutboundQuestion =
  /** Has a caller put through to a number. */
  | {
      readonly transfer: string;
      readonly caller: { readonly leg: string; readonly ours: string };
      readonly to: string;
    }
  /** The caller of this call puts the receiver down. */
  | { readonly leave: string }
  /** Somebody looks after transfers that are due. */
  | { readonly look: true }
  /** A number is not called any more. */
  | { readonly list: string };

/** Nothing that stands still is taken for dead before it is. */
const ALIVE_MS = 60_000;

const points = new CrashPoints();
const { TEST_ENV = '{}' } = process.env;
const here = await startOutboundApp(JSON.parse(TEST_ENV) as Record<string, string>, {
  timing: { ...QUICK, checkMs: ALIVE_MS },
  transfers: { pollMs: 20, aliveMs: ALIVE_MS, acceptedMs: ALIVE_MS, lookMs: ALIVE_MS },
  before: (app) => {
    const watch = (token: symbol | typeof TransferLegs, names: readonly string[], nameOf?: NameOf): void => {
      const steps = app.get<object | undefined>(token, { strict: false });
      // Without Twilio nobody is put through.
      if (steps !== undefined) points.watch(steps, names, nameOf);
    };
    watch(OUTBOUND_BOOK, ['place', 'move', 'end', 'answer']);
    watch(DIALLER, ['dial']);
    watch(CALL_LEDGER, ['identify', 'converse']);
    watch(TRANSFER_BOOK, ['begin', 'move', 'settle'], (name, [, , move]) =>
      name === 'move' ? `becomes ${becoming(move as TransferMove)}` : name,
    );
    watch(TransferLegs, ['call', 'connect', 'isTalking', 'hangUp', 'bringBack']);
  },
});

function becoming(move: TransferMove): string {
  return move.to === 'ended' ? move.outcome : move.to;
}

const callers = new Map<string, AbortController>();

async function transfer(question: Extract<OutboundQuestion, { transfer: string }>): Promise<void> {
  const { transfer: sessionId, caller, to } = question;
  const ledger = here.app.get<CallLedger>(CALL_LEDGER, { strict: false });
  await ledger.open({ callSid: sessionId, agent: 'julia', direction: 'inbound', channel: 'phone' });
  const destinations = { billing: { number: to, called: 'billing', says: 'A caller.', consult: true } };
  const line = here.app.get<TransferLines>(TRANSFER_LINES, { strict: false }).lineOf({
    sessionId,
    agent: 'julia',
    leg: { provider: 'twilio', id: caller.leg, ours: caller.ours },
    plan: { destinations, ringMs: ALIVE_MS },
    mayTell: () => false,
    redact: (text) => text,
  });
  const left = new AbortController();
  callers.set(sessionId, left);
  const words = { press: 'Press 1.', gone: 'The caller has hung up.' };
  void line?.start({ destination: 'billing', words, language: 'en-US' }, () => undefined, left.signal);
}

/** Once: whoever stands still while he looks after one looks after no other. */
function look(): void {
  const book = here.app.get<TransferBook>(TRANSFER_BOOK, { strict: false });
  const legs = here.app.get(TransferLegs, { strict: false });
  new AbandonedTransfers({ book, legs, log: { warn: () => undefined }, pollMs: ALIVE_MS }).start();
}

points.obey({ http: here.http, token: here.token('mia') }, async (question: OutboundQuestion) => {
  if ('list' in question) await here.app.get<DoNotCallList>(DO_NOT_CALL, { strict: false }).add(question.list);
  else if ('leave' in question) callers.get(question.leave)?.abort();
  else if ('look' in question) look();
  else await transfer(question);
});
