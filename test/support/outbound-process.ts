// The routes of placed calls as a process of its own, which kills itself where a test says: before or after one of the steps of
// a call. Started by e2e/outbound-kills.spec.ts.
import { CALL_LEDGER } from '../../src/calls/call-ledger.port.js';
import { OUTBOUND_BOOK } from '../../src/database/outbound/outbound-book.port.js';
import { DIALLER } from '../../src/outbound/dialler.port.js';
import { QUICK, startOutboundApp } from './outbound-app.js';

/** `place after`, `dial before`: the process is killed just then. */
let killAt: string | undefined;

const kill = (step: string): void => {
  if (killAt === step) process.kill(process.pid, 'SIGKILL');
};

/** Has the steps of an object kill the process where it was asked for. */
function watched(steps: object, names: readonly string[]): void {
  const target = steps as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
  for (const name of names) {
    const step = target[name]?.bind(steps);
    if (step === undefined) throw new Error(`there is no step ${name}`);
    target[name] = async (...args) => {
      kill(`${name} before`);
      const result = await step(...args);
      kill(`${name} after`);
      return result;
    };
  }
}

const { TEST_ENV = '{}' } = process.env;
const here = await startOutboundApp(JSON.parse(TEST_ENV) as Record<string, string>, {
  // No vendor is away here: one look-up that fails on a busy machine must not end a call.
  timing: { ...QUICK, awayMs: 120_000 },
  before: (app) => {
    watched(app.get<object>(OUTBOUND_BOOK, { strict: false }), ['place', 'move', 'answer']);
    watched(app.get<object>(DIALLER, { strict: false }), ['dial']);
    watched(app.get<object>(CALL_LEDGER, { strict: false }), ['identify']);
  },
});
process.on('message', (message: { killAt: string }) => {
  killAt = message.killAt;
  process.send?.({ ready: true });
});
process.send?.({ http: here.http, token: here.token('mia') });
