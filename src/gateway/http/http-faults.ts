import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Request } from 'express';
import { FAULT_REPORTS, type FaultReports } from '../../calls/fault-reports.port.js';

/** Reports requests that have failed inside: what of them is the server's own, and nothing of what they brought. */
@Injectable()
export class HttpFaults {
  constructor(@Optional() @Inject(FAULT_REPORTS) private readonly reports: FaultReports | undefined) {}

  failed(error: unknown, { method, route }: Request): void {
    const pattern = (route as { readonly path?: unknown } | undefined)?.path;
    this.reports?.reportError(error, {
      where: 'http',
      // Without one it is not known what of the path is somebody's.
      ...(typeof pattern === 'string' ? { route: `${method} ${pattern}` } : {}),
    });
  }
}
