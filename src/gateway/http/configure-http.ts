import type { Socket } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { StreamAdapter } from '../stream.adapter.js';
import { Refusal, writeRefusal } from '../door/refusal.js';
import { HttpErrorFilter } from './http-error.filter.js';

/** A client may take so long for the headers of a request, ms; Node looks every `connectionsCheckingInterval` (30 s). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** What an application needs besides its modules, before it is initialised: the same for main.ts and for tests. */
export function configureHttp(app: NestExpressApplication): NestExpressApplication {
  const config = app.get<Config>(CONFIG);
  app.useWebSocketAdapter(new StreamAdapter(app));
  app.useGlobalFilters(new HttpErrorFilter());
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(securityHeaders);
  const origins = config.STREAM_CORS_ORIGIN;
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowedHeaders: ['Authorization', 'Content-Type'],
  });

  const server = app.getHttpServer();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.on('clientError', onClientError);
  return app;
}

function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  // Tokens may stand in a query string; they must not travel on to other sites.
  response.setHeader('Referrer-Policy', 'no-referrer');
  next();
}

/** Bytes that are not HTTP, or headers that are too large or too slow. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else writeRefusal(socket, new Refusal('bad_request', 'The request is not valid HTTP, or came too slowly.'));
}
