// The server, once its configuration is known: boot and shutdown, nothing else.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Agents } from './agents/releases/agents.js';
import { AppModule } from './app.module.js';
import { BUSINESS } from './business/business.js';
import type { Business } from './business/business.js';
import { describeFault } from './calls/describe-fault.js';
import { CALLS, type Calls } from './calls/call.port.js';
import { FAULT_REPORTS, type FaultReports } from './calls/fault-reports.port.js';
import { FaultBoundary } from './calls/fault-boundary.js';
import type { Config } from './config/config.token.js';
import { signInLine } from './console/sign-in.js';
import { configureHttp } from './gateway/http/configure-http.js';
import { Sessions } from './gateway/session/sessions.js';
import { collectGarbage } from './rehearsal/collect-garbage.js';
import { rehearse } from './rehearsal/rehearsal.js';
import { AppLogger } from './telemetry/app-logger.js';
import { TOOL_RUNNER } from './tools/tool-runner.js';
import type { ToolRunner } from './tools/tool.port.js';

/** Resolves when it listens. Throws what explainBoot() says in a line. */
export async function startServer(config: Config): Promise<void> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    abortOnError: false,
    bufferLogs: true,
    // Logs are shown once it listens; until then a failure is told by main.ts alone, once.
    autoFlushLogs: false,
    forceCloseConnections: true,
  });
  const logger = app.get(AppLogger);
  app.useLogger(logger);
  configureHttp(app);
  try {
    await app.init();
    // Clients of a worker that is gone come at once, and all together.
    if (app.get<Calls>(CALLS).shared) await rehearsed(app, config, logger);
    // Of what an idle worker would hold a quarter is what its boot has left behind (npm run bench -- memory).
    collectGarbage();
    await app.listen(config.port, config.HOST);
  } catch (error) {
    // The database is open already, and wants to be closed.
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  app.flushLogs();
  for (const warning of config.warnings) logger.warn(warning);
  logger.log(greeting(config, app.get<Business>(BUSINESS), port));
  logger.log(`console at http://${hostOf(config)}:${port}/ · ${signInLine(config)}`);
  stopOnSignals(app, config, logger);
  // PM2 (wait_ready) switches traffic over when it hears this; whoever forks us may want the address.
  process.send?.('ready');
  process.send?.({ type: 'listening', port });
}

async function rehearsed(app: NestExpressApplication, config: Config, logger: AppLogger): Promise<void> {
  try {
    const { agent } = app.get<Business>(BUSINESS);
    await rehearse({ config, agents: app.get(Agents), agent, tools: app.get<ToolRunner>(TOOL_RUNNER) });
  } catch (error) {
    logger.warn({ msg: 'the first calls will be slower: they could not be rehearsed', ...describeFault(error) });
  }
}

const hostOf = ({ HOST }: Config): string => (['0.0.0.0', '::'].includes(HOST) ? 'localhost' : HOST);

function greeting(config: Config, business: Business, port: number): string {
  const host = hostOf(config);
  const chain = (names: readonly string[]) => names.join(' > ');
  return [
    `Parley ${config.version.full} listens on http://${host}:${port} (ws://${host}:${port}/v1/stream)`,
    `agent ${config.DEFAULT_AGENT ?? business.agent} of ${business.name}`,
    `hears with ${chain(config.STREAM_STT_PROVIDER)}`,
    `thinks with ${chain(config.STREAM_LLM_PROVIDER)}`,
    `speaks with ${chain(config.STREAM_TTS_PROVIDER)}`,
    `try: npm run client -- --url ws://${host}:${port} --say "${business.example}"`,
  ].join(' · ');
}

/** Ends a process that drains for ever, after the grace, ms. */
const LAST_RESORT_MS = 45_000;

/** The first signal drains: no new calls, running ones may finish. The second one stops at once. */
function stopOnSignals(app: NestExpressApplication, config: Config, logger: AppLogger): void {
  let stopping = false;
  const stop = (why: string, exitCode: number): void => {
    stopping = true;
    const sessions = app.get(Sessions);
    logger.log(`${why}: stopping; ${sessions.active} calls may go on for ${config.SHUTDOWN_GRACE_MS / 1000} s`);
    setTimeout(() => process.exit(1), config.SHUTDOWN_GRACE_MS + LAST_RESORT_MS).unref();
    const drained = sessions.drain(config.SHUTDOWN_GRACE_MS);
    const calls = app.get<Calls>(CALLS);
    // Whoever comes now, comes to another process. Without one, clients that come back to their calls find them here only.
    if (calls.shared) app.getHttpServer().close();
    // Where calls are shared their clients go on elsewhere, in half of it at most; those that stay have the grace.
    calls
      .handOver(config.SHUTDOWN_GRACE_MS / 2)
      .then(() => drained)
      .then(() => app.close())
      .then(
        () => process.exit(exitCode),
        (error: unknown) => {
          logger.error({ msg: 'shutdown failed', err: error });
          process.exit(1);
        },
      );
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stop(signal, 0);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // A fault that nobody has caught ends the call that it belongs to. One that belongs to none leaves the process in a state
  // that nobody knows: it takes no more calls, and is started anew.
  const onFault = (error: unknown, where: string): void => {
    if (FaultBoundary.faultOutside(error, where)) return;
    const fault = describeFault(error);
    logger.fatal({ msg: `${where}: the process cannot go on`, ...fault });
    app.get<FaultReports>(FAULT_REPORTS).report({ ...fault, where, fatal: true });
    if (!stopping) stop(where, 1);
  };
  process.on('uncaughtException', (error) => onFault(error, 'uncaught exception'));
  process.on('unhandledRejection', (error) => onFault(error, 'unhandled rejection'));
}
