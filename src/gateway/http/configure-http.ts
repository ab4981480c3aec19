import type { Socket } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { StreamAdapter } from '../stream.adapter.js';
import { RefusalLog } from '../door/refusal-log.js';
import { Refusal, writeRefusal } from '../door/refusal.js';
import { isAllowedOrigin } from '../../config/origins.js';
import { HttpErrorFilter } from './http-error.filter.js';
import { HttpFaults } from './http-faults.js';

/** A client may take so long for the headers of a request, ms; Node looks every `connectionsCheckingInterval` (30 s). */
const HEADERS_TIMEOUT_MS = 10_000;
/** And so long for all of it: a phone sends the largest file, 25 MB, at 2 Mbit/s, ms. */
const REQUEST_TIMEOUT_MS = 120_000;
/**
 * An idle connection is kept for longer than balancers keep theirs (60 s is what most of them do), ms: the side that
 * closes first must be the one that sends the requests, or one of them meets a closed door.
 */
const KEEP_ALIVE_MS = 75_000;

/** What an application needs besides its modules, before it is initialised: the same for main.ts and for tests. */
export function configureHttp(app: NestExpressApplication): NestExpressApplication {
  const config = app.get<Config>(CONFIG);
  app.useWebSocketAdapter(new StreamAdapter(app));
  app.useGlobalFilters(
    new HttpErrorFilter(app.get(RefusalLog), config.TRUST_PROXY, (path) => methodsOf(app, path), app.get(HttpFaults)),
  );
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(securityHeaders);
  // Instead of Nest's own, which would be added at the start.
  app.useBodyParser('json', { type: (request) => !isSigned(request as Request) && isJson(request as Request) });
  const origins = config.STREAM_CORS_ORIGIN;
  app.enableCors({
    origin: origins.includes('*')
      ? '*'
      : (origin: string | undefined, answer: (error: null, allowed: boolean) => void) =>
          answer(null, origin !== undefined && isAllowedOrigin(origins, origin)),
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-API-Key'],
    exposedHeaders: ['Retry-After', 'Location', 'Idempotent-Replayed'],
  });

  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', onClientError);
  return app;
}

/** What is signed is signed as it came: its routes read it themselves. */
const isSigned = ({ path }: Request): boolean => path.startsWith('/webhooks/');
const isJson = (request: Request): boolean => typeof request.is('application/json') === 'string';

function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  // Tokens may stand in a query string; they must not travel on to other sites.
  response.setHeader('Referrer-Policy', 'no-referrer');
  next();
}

/** Bytes that are not HTTP, or a request that is too large or too slow. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') writeRefusal(socket, TOO_SLOW);
  else writeRefusal(socket, new Refusal('bad_request', 'The request is not valid HTTP.'));
}

const TOO_SLOW = new Refusal(
  'request_timeout',
  `The headers of a request may take ${HEADERS_TIMEOUT_MS / 1000} s, all of it ${REQUEST_TIMEOUT_MS / 1000} s: send it faster, or less.`,
);

/** A route of so many methods is Nest's own, which catches what nothing else has taken. */
const ALL_METHODS = 20;

interface Route {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that a path can be asked with; Nest answers all others with 404, as if there were no such path. */
function methodsOf(app: NestExpressApplication, path: string): readonly string[] {
  // Express's types know neither a layer's own match nor a route's methods.
  const { router } = app.getHttpAdapter().getInstance() as unknown as {
    readonly router: { readonly stack: readonly Route[] };
  };
  const routes = router.stack.filter((layer) => layer.route !== undefined && layer.match(path));
  const methods = routes
    .map(({ route }) => Object.keys(route?.methods ?? {}))
    .filter((names) => names.length < ALL_METHODS);
  return [...new Set(methods.flat())].map((name) => name.toUpperCase());
}
