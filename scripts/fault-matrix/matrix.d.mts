export interface MatrixRow {
  readonly adapter: string;
  readonly fault: string;
  readonly phase: string;
  readonly outcome: string;
  readonly passed: boolean;
}

/** What the matrix needs of jest's `--json`. */
export interface TestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export function readMatrix(report: TestReport): MatrixRow[];
export function renderMatrix(rows: readonly MatrixRow[]): string;
