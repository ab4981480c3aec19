// The whole app, as main.ts boots it, on a free port of this machine with its database in memory.
import 'reflect-metadata';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { mintToken } from '../../src/identity/mint-token.js';
import type { MintOptions } from '../../src/identity/mint-token.js';
import { loadConfig } from '../../src/config/load-config.js';
import { packageRoot } from '../../src/database/package-root.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { withSharedModels } from './speech-models.js';

export interface ParleyAppOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Texts of agent files beside julia.yaml, by name. */
  readonly agents?: Readonly<Record<string, string>>;
  /** Replaces parts of the app's composition. */
  readonly rewire?: (module: DynamicModule) => DynamicModule;
}

export class ParleyApp {
  private constructor(
    readonly app: NestExpressApplication,
    private readonly folder: string,
    private readonly mint: (options: MintOptions) => string,
  ) {}

  static async start({
    env = {},
    agents = {},
    rewire = (module) => module,
  }: ParleyAppOptions = {}): Promise<ParleyApp> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-app-'));
    withSharedModels(join(folder, '.parley'));
    mkdirSync(join(folder, 'agents'));
    cpSync(join(packageRoot(), 'agents', 'julia.yaml'), join(folder, 'agents', 'julia.yaml'));
    for (const [name, text] of Object.entries(agents)) writeFileSync(join(folder, 'agents', `${name}.yaml`), text);
    const config = loadConfig({
      cwd: folder,
      env: {
        NODE_ENV: 'test',
        DATABASE_URL: 'memory://',
        JWT_SECRET: 'a secret for tests, long enough for HS256',
        STREAM_RATE_LIMIT_MAX: '100000',
        REST_RATE_LIMIT_MAX: '100000',
        STREAM_MAX_CONCURRENT_SESSIONS: '200',
        WEB_SEARCH_PROVIDER: 'none',
        EMBEDDINGS_PROVIDER: 'none',
        // A model that is asked for a summary is no part of the call that a test counts requests of.
        CALL_SUMMARIES: 'rules',
        ...env,
      },
    });
    const { auth } = config;
    const { secret } = auth;
    if (secret === undefined) throw new Error('tests mint their tokens with the secret');
    const app = await NestFactory.create<NestExpressApplication>(rewire(AppModule.forRoot(config)), {
      logger: false,
      abortOnError: false,
      forceCloseConnections: true,
    });
    configureHttp(app);
    await app.listen(0, '127.0.0.1');
    return new ParleyApp(app, folder, (options) => mintToken(secret, options));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** http://127.0.0.1:port */
  get http(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** ws://127.0.0.1:port/v1/stream */
  get stream(): string {
    return `ws://127.0.0.1:${this.port}/v1/stream`;
  }

  token(userId = 'demo', options: Partial<MintOptions> = {}): string {
    return this.mint({ userId, ttlSeconds: 3600, ...options });
  }

  get folderOfAgents(): string {
    return join(this.folder, 'agents');
  }

  /** Writes an agent's file, as an operator's editor would. */
  writeAgent(name: string, text: string): void {
    writeFileSync(join(this.folder, 'agents', `${name}.yaml`), text);
  }

  async activeSessions(): Promise<number> {
    const response = await fetch(`${this.http}/health`, { headers: { connection: 'close' } });
    return ((await response.json()) as { active_sessions: number }).active_sessions;
  }

  /** Sockets of the server that are open now. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get server(): Server {
    return this.app.getHttpServer();
  }
}
