import type { CallInfo, CallObserver, CallTransition } from '../../calls/call-observer.port.js';
import type { FaultReports } from '../../calls/fault-reports.port.js';

/** Reports the faults of calls, with which call it was. */
export class CallFaultReports implements CallObserver {
  constructor(private readonly reports: FaultReports) {}

  started(): void {
    // Nothing has failed yet.
  }

  event(): void {
    // What is said is nobody's business here.
  }

  transition({ sessionId: callSid, agent }: CallInfo, transition: CallTransition): void {
    if (transition.type !== 'faulted') return;
    const { where, fault } = transition;
    this.reports.report({ ...fault, where, callSid, agent });
  }
}
