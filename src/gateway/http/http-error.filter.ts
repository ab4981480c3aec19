import { Catch, HttpException, HttpStatus, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthError } from '../../identity/token-verifier.port.js';
import { clientAddress } from '../../limits/client-address.js';
import { PROBLEM_TYPE, problemOf } from '../../rest/problem.js';
import type { Refused } from '../../rest/problem.js';
import { withoutQuery } from '../door/refusal-log.js';
import type { RefusalLog } from '../door/refusal-log.js';
import { Refusal } from '../door/refusal.js';
import type { HttpFaults } from './http-faults.js';

interface Answer {
  readonly status: number;
  readonly body: Refused & Readonly<Record<string, unknown>>;
}

/** Whoever asks for what is not there is told; an operator need not be. */
const NOT_TOLD: ReadonlySet<number> = new Set([HttpStatus.NOT_FOUND, HttpStatus.METHOD_NOT_ALLOWED, 426]);

/**
 * Every failed request is answered with problem details (RFC 9457), `error` (a word for programs) and `message` being members
 * of ours, and whatever else the route says beside them; what went wrong inside stays inside.
 */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  /** `methodsOf`: those that a path can be asked with. */
  constructor(
    private readonly refusals: RefusalLog,
    private readonly trustedProxies: number,
    private readonly methodsOf: (path: string) => readonly string[],
    private readonly faults: HttpFaults,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw exception;
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const answer = this.wrongMethod(exception, request, response) ?? this.describe(exception);
    this.tell(answer, exception, request);
    if (answer.status >= 500 && answer.status !== 503) this.faults.failed(exception, request);
    if (response.headersSent) response.destroy();
    else
      response
        .status(answer.status)
        .type(PROBLEM_TYPE)
        .send(JSON.stringify(problemOf(answer.status, answer.body)));
  }

  private wrongMethod(exception: unknown, { path, method }: Request, response: Response): Answer | undefined {
    if (!(exception instanceof HttpException) || exception.getStatus() !== 404) return undefined;
    const allowed = this.methodsOf(path);
    if (allowed.length === 0 || allowed.includes(method)) return undefined;
    response.setHeader('Allow', allowed.join(', '));
    const message = `This path takes ${allowed.join(' and ')}, not ${method}.`;
    return { status: 405, body: { error: 'method_not_allowed', message } };
  }

  private tell({ status, body }: Answer, exception: unknown, request: Request): void {
    if (status >= 500 && status !== 503) return;
    if (NOT_TOLD.has(status)) return;
    const cause = exception instanceof HttpException ? exception.cause : undefined;
    this.refusals.refused({
      code: body.error,
      status,
      address: clientAddress(request, this.trustedProxies),
      path: withoutQuery(request.originalUrl),
      why: cause instanceof AuthError || cause instanceof Refusal ? cause.why : body.message,
    });
  }

  private describe(exception: unknown): Answer {
    if (exception instanceof HttpException) {
      const status = exception.getStatus();
      const body = exception.getResponse();
      if (typeof body === 'object' && 'error' in body && 'message' in body && !('statusCode' in body)) {
        return { status, body: { ...body, error: String(body.error), message: String(body.message) } };
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
