import { Catch, HttpException, HttpStatus, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';

/** Every failed request is answered with `{error, message}`; what went wrong inside stays inside. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const response = host.switchToHttp().getResponse<Response>();
    const { status, body } = this.describe(exception);
    if (response.headersSent) response.destroy();
    else response.status(status).json(body);
  }

  private describe(exception: unknown): { status: number; body: { error: string; message: string } } {
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const body = exception.getResponse();
      if (typeof body === 'object' && 'error' in body && 'message' in body && !('statusCode' in body)) {
        return { status, body: { error: String(body.error), message: String(body.message) } };
      }
      return { status, body: { error: codeOf(status), message: exception.message } };
    }
    const clientFault = statusOfParser(exception);
    if (clientFault !== undefined) {
      return { status: clientFault, body: { error: codeOf(clientFault), message: 'The request cannot be read.' } };
    }
    this.log.error({ msg: 'request failed', err: exception });
    return { status: 500, body: { error: 'internal', message: 'The server failed.' } };
  }
}

/** Express's body parser throws errors that carry a 4xx status. */
function statusOfParser(exception: unknown): number | undefined {
  const status = (exception as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function codeOf(status: number): string {
  return (HttpStatus[status] ?? 'error').toLowerCase();
}
