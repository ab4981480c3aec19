import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { agentSchema } from '../../src/agents/agent.schema.js';
import { mintToken } from '../../src/auth/mint-token.js';
import { ConversationFactory, type ProviderSource } from '../../src/calls/call-factory.js';
import { CALLS, type Calls } from '../../src/calls/call.port.js';
import { LiveCalls } from '../../src/calls/live-calls.js';
import { ConfigModule } from '../../src/config/config.module.js';
import type { Config } from '../../src/config/config.token.js';
import { loadConfig } from '../../src/config/load-config.js';
import { systemClock } from '../../src/conversation/system-clock.js';
import { GatewayModule } from '../../src/gateway/gateway.module.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { CallMetrics } from '../../src/telemetry/call-metrics.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';

@Module({})
class BenchApp {
  static forRoot(config: Config, providers: ProviderSource, speculate: boolean): DynamicModule {
    return {
      module: BenchApp,
      global: true,
      imports: [ConfigModule.forRoot(config), TelemetryModule, GatewayModule.speaking()],
      providers: [
        {
          provide: CALLS,
          inject: [CallMetrics],
          useFactory: (metrics: CallMetrics) => calls(providers, metrics, speculate),
        },
      ],
      exports: [CALLS],
    };
  }
}

function calls(providers: ProviderSource, metrics: CallMetrics, speculate: boolean): Calls {
  const agent = agentSchema.parse({ name: 'Bench', instructions: 'Answer.', turn: { idlePromptMs: 0, speculate } });
  const agents = { get: () => agent, names: () => ['bench'] };
  const noTools = {
    specs: () => [],
    effect: () => 'read' as const,
    readBack: () => Promise.reject(new Error('there are no tools here')),
    run: () => Promise.reject(new Error('there are no tools here')),
  };
  const conversations = new ConversationFactory(agents, providers, noTools, systemClock, {
    defaultAgent: 'bench',
    voice: undefined,
  });
  const log = { error: (line: object) => console.error(line) };
  return new LiveCalls(conversations, { clock: systemClock, observers: [metrics], resumeGraceMs: 30_000, log });
}

/**
 * The real server, gateway and conversation, on these providers; the address includes a token. Limits are out of the way.
 * Drafts are off unless `speculate`: they hide providers' waits, and what is measured is our own share.
 */
export async function serveCalls(providers: ProviderSource, speculate = false): Promise<string> {
  const unlimited = '1000000';
  const cwd = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
  const config = loadConfig({
    cwd,
    env: {
      NODE_ENV: 'test',
      JWT_SECRET: 'a secret for the benchmark, long enough',
      STREAM_RATE_LIMIT_MAX: unlimited,
      STREAM_MAX_SESSIONS: unlimited,
      STREAM_MAX_CONCURRENT_SESSIONS: unlimited,
    },
  });
  const app = await NestFactory.create<NestExpressApplication>(BenchApp.forRoot(config, providers, speculate), {
    logger: ['error'],
  });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  if (config.auth.mode !== 'secret') throw new Error('the benchmark signs its tokens itself');
  const token = mintToken(config.auth.key, { userId: 'bench', ttlSeconds: 3600 });
  return `ws://127.0.0.1:${port}/v1/stream?token=${token}`;
}
