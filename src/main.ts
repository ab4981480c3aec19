// Boot and shutdown, nothing else.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { ConfigError } from './config/config-error.js';
import type { Config } from './config/config.token.js';
import { loadConfig } from './config/load-config.js';
import { FolderInUseError } from './database/pglite/folder-lock.js';
import { configureHttp } from './gateway/http/configure-http.js';
import { Sessions } from './gateway/session/sessions.js';
import { AppLogger } from './telemetry/app-logger.js';

async function boot(): Promise<void> {
  const config = loadConfig();
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    abortOnError: false,
    bufferLogs: true,
    // Logs are shown once it listens; until then a failure is told by explain() alone, once.
    autoFlushLogs: false,
    forceCloseConnections: true,
  });
  const logger = app.get(AppLogger);
  app.useLogger(logger);
  configureHttp(app);
  try {
    await app.listen(config.port, config.HOST);
  } catch (error) {
    // The database is open already, and wants to be closed.
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  app.flushLogs();
  logger.log(greeting(config, port));
  stopOnSignals(app, config, logger);
  // PM2 (wait_ready) switches traffic over when it hears this; whoever forks us may want the address.
  process.send?.('ready');
  process.send?.({ type: 'listening', port });
}

function greeting(config: Config, port: number): string {
  const host = ['0.0.0.0', '::'].includes(config.HOST) ? 'localhost' : config.HOST;
  const chain = (names: readonly string[]) => names.join(' > ');
  return [
    `Parley listens on http://${host}:${port} (ws://${host}:${port}/v1/stream)`,
    `agent ${config.DEFAULT_AGENT}`,
    `hears with ${chain(config.STREAM_STT_PROVIDER)}`,
    `thinks with ${chain(config.STREAM_LLM_PROVIDER)}`,
    `speaks with ${chain(config.STREAM_TTS_PROVIDER)}`,
    `try: npm run client -- --url ws://${host}:${port} --say "What transactions does client 5001 have?"`,
  ].join(' · ');
}

/** The first signal drains: no new calls, running ones may finish. The second one stops at once. */
function stopOnSignals(app: NestExpressApplication, config: Config, logger: AppLogger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    const sessions = app.get(Sessions);
    logger.log(`${signal}: stopping; ${sessions.active} calls may go on for ${config.SHUTDOWN_GRACE_MS / 1000} s`);
    sessions
      .drain(config.SHUTDOWN_GRACE_MS)
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ msg: 'shutdown failed', err: error });
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** What the file system says of a data folder that cannot be used. */
const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EISDIR']);

/** What an operator can put right is told in lines; anything else is a fault of ours, and its stack is needed. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.report;
  if (error instanceof FolderInUseError) return error.message;
  const { code = '', port, path } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use: set STREAM_WS_PORT to another one (0 takes a free one).`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} may not be used: set STREAM_WS_PORT above 1023.`;
  if (path !== undefined && UNUSABLE.has(code)) {
    return `${(error as Error).message}: set PARLEY_DATA_DIR to a folder that this user may write to.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

boot().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
