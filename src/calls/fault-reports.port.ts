// Where faults of the server are told beside the log: error tracking. What is told holds nobody's words, nothing of a request
// and no secret.

/** What may be known of an error that nobody expected; see describeFault. */
export interface Fault {
  readonly name: string;
  readonly problem: string;
  readonly stack: string;
}

/** Around a fault. */
export interface FaultPlace {
  /** Where it came to light: a door of the call's, `http`, `uncaught exception`. */
  readonly where: string;
  /** The process cannot go on. */
  readonly fatal?: boolean;
  readonly callSid?: string;
  readonly agent?: string;
  /** Method and pattern of a route, such as `GET /v1/calls/:callSid`. */
  readonly route?: string;
}

export type FaultReport = Fault & FaultPlace;

/** Every method is synchronous, quick, and never throws. */
export interface FaultReports {
  report(fault: FaultReport): void;
  /** The same of an error as it was thrown: only what may be known of it is told. */
  reportError(error: unknown, place: FaultPlace): void;
}

/** Nest injection token of the FaultReports. */
export const FAULT_REPORTS = Symbol('FaultReports');
