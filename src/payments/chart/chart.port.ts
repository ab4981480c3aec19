// Charts: draws an ECharts option (plain data, no functions) as SVG and PNG, away from the thread that carries the audio.

export interface ChartRequest {
  /** An ECharts option that can be cloned: no functions. */
  readonly option: Readonly<Record<string, unknown>>;
  /** px. */
  readonly width: number;
  /** px. */
  readonly height: number;
}

export interface RenderedChart {
  readonly svg: string;
  /** At twice the size, for dense screens. */
  readonly png: Uint8Array;
}

export interface ChartRenderer {
  /** Throws ChartError, and the signal's reason when it aborts. */
  render(request: ChartRequest, signal: AbortSignal): Promise<RenderedChart>;
  /** Stops the drawing thread; what is being drawn fails. */
  close(): Promise<void>;
}

export class ChartError extends Error {
  constructor(
    readonly code: 'busy' | 'failed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ChartError';
  }
}
