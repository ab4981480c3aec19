import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mintToken } from '../../src/identity/mint-token.js';
import type { MintOptions } from '../../src/identity/mint-token.js';
import { CALLS } from '../../src/calls/call.port.js';
import type { Calls } from '../../src/calls/call.port.js';
import { ConfigModule } from '../../src/config/config.module.js';
import type { Config } from '../../src/config/config.token.js';
import { loadConfig } from '../../src/config/load-config.js';
import { GatewayModule } from '../../src/gateway/gateway.module.js';
import { ARTIFACT_READER } from '../../src/gateway/http/artifact-store.port.js';
import type { ArtifactReader } from '../../src/gateway/http/artifact-store.port.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { Sessions } from '../../src/gateway/session/sessions.js';
import { Handshakes } from '../../src/gateway/door/handshakes.js';
import type { Wire } from '../../src/gateway/session/wire.js';
import { RedisModule } from '../../src/redis/redis.module.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';
import { EchoCalls } from './echo-calls.js';

@Module({})
class GatewayOnly {
  static forRoot(
    config: Config,
    calls: Calls,
    artifacts: ArtifactReader,
    wires: readonly Wire[] | undefined,
  ): DynamicModule {
    return {
      module: GatewayOnly,
      global: true,
      imports: [ConfigModule.forRoot(config), RedisModule, TelemetryModule, GatewayModule.speaking(wires)],
      providers: [
        { provide: CALLS, useValue: calls },
        { provide: ARTIFACT_READER, useValue: artifacts },
      ],
      exports: [CALLS, ARTIFACT_READER],
    };
  }
}

export interface GatewayApp {
  readonly app: NestExpressApplication;
  readonly config: Config;
  readonly calls: EchoCalls;
  readonly sessions: Sessions;
  readonly port: number;
  /** http://127.0.0.1:port */
  readonly http: string;
  /** ws://127.0.0.1:port/v1/stream */
  readonly stream: string;
  pendingHandshakes(): number;
  token(userId?: string, options?: Partial<MintOptions>): string;
  close(): Promise<void>;
}

/** The whole transport on a free port of this machine, or on STREAM_WS_PORT, with calls that echo. */
export async function startGatewayApp(
  env: Record<string, string> = {},
  calls = new EchoCalls(),
  artifacts: ArtifactReader = { read: async () => undefined, readLinked: async () => 'invalid' },
  wires?: readonly Wire[],
): Promise<GatewayApp> {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-gateway-'));
  const config = loadConfig({
    cwd,
    env: {
      NODE_ENV: 'test',
      JWT_SECRET: 'a secret for tests, long enough for HS256',
      STREAM_RATE_LIMIT_MAX: '1000',
      REST_RATE_LIMIT_MAX: '1000',
      ...env,
    },
  });
  const app = await NestFactory.create<NestExpressApplication>(GatewayOnly.forRoot(config, calls, artifacts, wires), {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  configureHttp(app);
  await app.listen(env['STREAM_WS_PORT'] === undefined ? 0 : config.port, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    config,
    calls,
    port,
    sessions: app.get(Sessions),
    http: `http://127.0.0.1:${port}`,
    stream: `ws://127.0.0.1:${port}/v1/stream`,
    pendingHandshakes: () => app.get(Handshakes).pending,
    token: (userId = 'demo', options = {}) => {
      if (config.auth.secret === undefined) throw new Error('this server checks tokens by JWKS');
      return mintToken(config.auth.secret, { userId, ttlSeconds: 3600, ...options });
    },
    close: async () => {
      await app.close();
      await calls.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}
