// The one door into a call. Whatever enters (a timer, a provider's event, an input of the client) runs inside; what it throws
// is this call's fault, and nobody else's.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Which call the running code works for, across promises, timers and sockets: those have no caller who could catch. */
const current = new AsyncLocalStorage<FaultBoundary>();

export class FaultBoundary {
  private report: ((error: unknown, where: string) => void) | undefined;

  /** `report` is told of each fault; it must not throw. `where` names the door. `callSid` says whose boundary it is. */
  constructor(
    report: (error: unknown, where: string) => void,
    private readonly callSid: () => string | undefined = () => undefined,
  ) {
    this.report = report;
  }

  /** Runs `action`; undefined when it has thrown. What it starts belongs to this call. */
  run<Args extends unknown[], T>(where: string, action: (...args: Args) => T, ...args: Args): T | undefined {
    try {
      // Mostly it is inside already, and a context of its own would cost more than most events do.
      return current.getStore() === this ? action(...args) : current.run(this, action, ...args);
    } catch (error) {
      this.fault(error, where);
      return undefined;
    }
  }

  /** A function that does the same whenever it is called: for listeners and timers. */
  guard<Args extends unknown[]>(where: string, action: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      this.run(where, action, ...args);
    };
  }

  /** Runs `action` on the hot path: what it throws is this call's fault, what it starts belongs to whoever has called. */
  handOn<Arg>(where: string, action: (arg: Arg) => void, arg: Arg): void {
    try {
      action(arg);
    } catch (error) {
      this.fault(error, where);
    }
  }

  fault(error: unknown, where: string): void {
    this.report?.(error, where);
  }

  /** The call is over: what it has left behind in shared things is not its own any more. */
  close(): void {
    this.report = undefined;
  }

  /** The call that the running code works for, if any: also in what a library of a vendor has started. */
  static currentCall(): string | undefined {
    return current.getStore()?.callSid();
  }

  /** Hands a fault that nobody has caught to the call that it belongs to; false when it belongs to none that goes on. */
  static faultOutside(error: unknown, where: string): boolean {
    const report = current.getStore()?.report;
    report?.(error, where);
    return report !== undefined;
  }
}
