// The routes of webhooks with what stands behind them, the database included, and no providers of speech.
import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CALL_FINDER, CALLS } from '../../src/calls/call.port.js';
import type { CallFinder, Calls } from '../../src/calls/call.port.js';
import { CALL_LEDGER, QUEUED_CALL_LEDGER } from '../../src/calls/call-ledger.port.js';
import type { CallLedger } from '../../src/calls/call-ledger.port.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Config } from '../../src/config/config.token.js';
import { Database, FILL_DATABASE } from '../../src/database/database.js';
import { GatewayModule } from '../../src/gateway/gateway.module.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { mintToken } from '../../src/identity/mint-token.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { EchoCalls } from './echo-calls.js';

export const WEBHOOK_SECRET = 'wsec_0123456789abcdef0123456789abcdef';

const NO_CALLS: CallFinder = { find: () => undefined, ids: () => [] };

@Module({})
class WebhooksOnly {
  static forRoot(config: Config, calls: Calls): DynamicModule {
    return {
      module: WebhooksOnly,
      global: true,
      imports: [ConfigModule.forRoot(config), TelemetryModule, GatewayModule.speaking(), WebhooksModule],
      providers: [
        { provide: CALLS, useValue: calls },
        { provide: CALL_FINDER, useValue: NO_CALLS },
        { provide: FILL_DATABASE, useValue: undefined },
      ],
      exports: [CALLS, CALL_FINDER, FILL_DATABASE],
    };
  }
}

export interface WebhookApp {
  readonly http: string;
  readonly database: Database;
  readonly ledger: CallLedger;
  /** What the routes write to. */
  readonly queued: CallLedger;
  token(userId: string, claims?: Readonly<Record<string, unknown>>): string;
  close(): Promise<void>;
}

/** On a free port of this machine, with its database in memory. */
export async function startWebhookApp(env: Readonly<Record<string, string>> = {}): Promise<WebhookApp> {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-webhooks-'));
  const config = loadConfig({
    cwd,
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: 'memory://',
      JWT_SECRET: 'a secret for tests, long enough for HS256',
      ELEVENLABS_WEBHOOK_SECRET: WEBHOOK_SECRET,
      ...env,
    },
  });
  const calls = new EchoCalls();
  const app = await NestFactory.create<NestExpressApplication>(WebhooksOnly.forRoot(config, calls), {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    http: `http://127.0.0.1:${port}`,
    database: app.get(Database, { strict: false }),
    ledger: app.get<CallLedger>(CALL_LEDGER, { strict: false }),
    queued: app.get<CallLedger>(QUEUED_CALL_LEDGER, { strict: false }),
    token: (userId, claims = {}) => {
      if (config.auth.secret === undefined) throw new Error('tokens are made with the secret');
      return mintToken(config.auth.secret, { userId, ttlSeconds: 3600, claims });
    },
    close: async () => {
      await app.close();
      await calls.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** As ElevenLabs' documentation describes it. `t` in s since 1970. */
export function elevenLabsSignature(body: string, t = Math.floor(Date.now() / 1000), secret = WEBHOOK_SECRET): string {
  return `t=${t},v0=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
