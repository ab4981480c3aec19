// Charts as pictures for whoever cannot show SVG: drawn away from the thread that carries the audio.

/** A chart as SVG. */
export interface Drawing {
  readonly svg: string;
  /** px. */
  readonly width: number;
  /** px. */
  readonly height: number;
}

export interface ChartRenderer {
  /** A PNG, light, at twice the size for dense screens. Throws ChartError, and the signal's reason when it aborts. */
  toPng(drawing: Drawing, signal: AbortSignal): Promise<Uint8Array>;
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
