// What the processes of the soak say to each other.

export const LEAKS = ['memory', 'timers', 'processes'] as const;
export type Leak = (typeof LEAKS)[number];

export interface ServerTask {
  /** In place of the embedded one in memory. */
  readonly databaseUrl?: string | undefined;
  readonly leak?: Leak | undefined;
}

/** How the server is, after a collection. Sizes in bytes. */
export interface Look {
  readonly rss: number;
  readonly heap: number;
  /** Buffers and what native code holds for objects. */
  readonly external: number;
  /** V8's young generation, which grows under load and is given back late. */
  readonly young: number;
  /** Handles and requests by kind, timers by name. */
  readonly resources: Readonly<Record<string, number>>;
  readonly children: readonly string[];
}

export interface LoadTask {
  readonly calls: number;
  readonly forMs: number;
  readonly connects: number;
}

export interface LoadReport {
  /** Calls that began: session.started came. */
  readonly started: number;
  readonly turns: number;
  readonly bargeIns: number;
  /** Calls by the way in which their caller ended them. */
  readonly ended: Readonly<Record<string, number>>;
  /** Short connects by what became of them, as they should. */
  readonly connects: Readonly<Record<string, number>>;
  /** What should not have come, with how often. */
  readonly unexpected: Readonly<Record<string, number>>;
}
