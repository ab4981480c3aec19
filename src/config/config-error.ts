/** The environment cannot be used: `problems` has one line for each bad or missing key, and never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? 'a fault' : `${problems.length} faults`}.`);
    this.name = 'ConfigError';
  }

  /** What an operator reads. */
  get report(): string {
    return [this.message, ...this.problems.map((problem) => `  ${problem}`)].join('\n');
  }
}
