/** What the terminal client exits with. `--help` lists them. */
export const EXIT = {
  /** Every turn was answered. */
  ok: 0,
  /** The call took place, but a turn was not answered. */
  unanswered: 1,
  /** Arguments or files that cannot work. */
  usage: 2,
  /** No session: server not running, token refused, limits. */
  notConnected: 3,
  /** A program that has to be installed first. */
  missingProgram: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Ends the terminal client with one clear line. */
export class TerminalFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TerminalFailure';
  }
}

export const usageFailure = (message: string): TerminalFailure => new TerminalFailure(message, EXIT.usage);
