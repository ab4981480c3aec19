// The routes of placed calls with what stands behind them: the database, the records, the webhooks, the telephone's stream with
// calls that echo, and no providers of speech.
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { BUSINESS } from '../../src/business/business.js';
import { businessOf } from '../../src/business/load-business.js';
import { CALL_FINDER, CALLS } from '../../src/calls/call.port.js';
import type { CallFinder, Calls } from '../../src/calls/call.port.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Config } from '../../src/config/config.token.js';
import { Database, FILL_DATABASE } from '../../src/database/database.js';
import { GatewayModule } from '../../src/gateway/gateway.module.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { HistoryModule } from '../../src/history/history.module.js';
import { mintToken } from '../../src/identity/mint-token.js';
import { UsageModule } from '../../src/usage/usage.module.js';
import { OutboundModule } from '../../src/outbound/outbound.module.js';
import type { ReconcileTiming } from '../../src/outbound/reconcile.js';
import type { TransferTiming } from '../../src/outbound/transfer/transfer-desk.js';
import { TelemetryModule } from '../../src/telemetry/telemetry.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { EchoCalls } from './echo-calls.js';
import { WEBHOOK_SECRET } from './webhook-app.js';

export const PUBLIC_ORIGIN = 'https://voice.example.test';
/** Of the server. */
export const FROM = '+4930654321';

/** So that a test need not wait for minutes. */
export const QUICK: ReconcileTiming = {
  pollMs: 50,
  checkMs: 400,
  absentMs: 1_500,
  ringMs: 900_000,
  talkMs: 900_000,
  awayMs: 3_000,
};

/** Nobody asks for consent here. */
const NO_CALLS: CallFinder = { find: () => undefined, ids: () => [] };

@Module({})
class OutboundOnly {
  static forRoot(config: Config, calls: Calls, timing: ReconcileTiming, transfers?: TransferTiming): DynamicModule {
    return {
      module: OutboundOnly,
      global: true,
      imports: [
        ConfigModule.forRoot(config),
        TelemetryModule,
        GatewayModule.speaking(),
        HistoryModule,
        WebhooksModule,
        UsageModule,
        OutboundModule.forRoot(timing, transfers),
      ],
      providers: [
        { provide: CALLS, useValue: calls },
        { provide: CALL_FINDER, useValue: NO_CALLS },
        { provide: BUSINESS, useFactory: () => businessOf(config) },
        { provide: FILL_DATABASE, useValue: undefined },
      ],
      exports: [CALLS, CALL_FINDER, BUSINESS, FILL_DATABASE],
    };
  }
}

export interface OutboundApp {
  readonly app: NestExpressApplication;
  readonly http: string;
  readonly calls: EchoCalls;
  readonly database: Database;
  /** One that may place calls, unless its claims say otherwise. */
  token(userId: string, claims?: Readonly<Record<string, unknown>>): string;
  close(): Promise<void>;
}

export interface OutboundAppOptions {
  readonly timing?: ReconcileTiming;
  readonly transfers?: TransferTiming;
  /** Told of the application before it listens, and looks after anything. */
  readonly before?: (app: NestExpressApplication) => void;
}

/** On a free port of this machine, with its database in memory. */
export async function startOutboundApp(
  env: Readonly<Record<string, string>>,
  { timing = QUICK, transfers, before = () => undefined }: OutboundAppOptions = {},
): Promise<OutboundApp> {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-outbound-'));
  const config = loadConfig({
    cwd,
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: 'memory://',
      JWT_SECRET: 'a secret for tests, long enough for HS256',
      ELEVENLABS_WEBHOOK_SECRET: WEBHOOK_SECRET,
      AGENTS_DIR: join(process.cwd(), 'agents'),
      OUTBOUND_HOURS: '00:00-24:00',
      REST_RATE_LIMIT_MAX: '10000',
      ...env,
    },
  });
  const calls = new EchoCalls();
  const app = await NestFactory.create<NestExpressApplication>(OutboundOnly.forRoot(config, calls, timing, transfers), {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  configureHttp(app);
  before(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    calls,
    http: `http://127.0.0.1:${port}`,
    database: app.get(Database, { strict: false }),
    token: (userId, claims = {}) => {
      if (config.auth.secret === undefined) throw new Error('tokens are made with the secret');
      return mintToken(config.auth.secret, { userId, ttlSeconds: 3600, claims: { place_calls: true, ...claims } });
    },
    close: async () => {
      await app.close();
      await calls.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** What a client sends. */
export function placeCall(
  http: string,
  token: string,
  body: object,
  key: string | undefined,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  return fetch(`${http}/v1/calls`, {
    method: 'POST',
    headers: {
      connection: 'close',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  }).then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  }));
}
