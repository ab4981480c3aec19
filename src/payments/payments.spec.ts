import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { SupabaseSimulator } from '../../test/simulators/supabase.js';
import { callerOf, openTestDatabase } from '../../test/support/database.js';
import { SmtpCatcher } from '../../test/support/smtp-catcher.js';
import { callOf, contextOf } from '../../test/support/tools.js';
import { BusinessModule } from '../business/business.module.js';
import { ToolsModule } from '../business/tools.module.js';
import { RecordsModule } from '../calls/records/records.module.js';
import { CALL_RECORDER } from '../database/calls/call-record.port.js';
import type { CallRecorder } from '../calls/records/call-recorder.js';
import { ConfigModule } from '../config/config.module.js';
import { loadConfig } from '../config/load-config.js';
import { Database } from '../database/database.js';
import { ArtifactStore } from '../tools/artifact-store.js';
import { TOOL_RUNNER } from '../tools/tool-runner.js';
import type { ToolRegistry } from '../tools/tool-runner.js';
import type { ToolRunner } from '../tools/tool.port.js';
import payments from './business.js';

@Module({})
class ToolsOnly {}

describe('the tools and the database, wired as the server wires them', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-tools-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const boot = (env: Record<string, string> = {}): Promise<INestApplicationContext> => {
    const config = loadConfig({
      cwd,
      env: {
        NODE_ENV: 'test',
        JWT_SECRET: 'a secret for tests, long enough for HS256',
        PARLEY_DATA_DIR: join(cwd, 'data'),
        WEB_SEARCH_PROVIDER: 'none',
        EMBEDDINGS_PROVIDER: 'none',
        ...env,
      },
    });
    return NestFactory.createApplicationContext(
      { module: ToolsOnly, imports: [ConfigModule.forRoot(config), BusinessModule, ToolsModule, RecordsModule] },
      { logger: false, abortOnError: false },
    );
  };

  it('answer from a seeded database, and keep what they made over a restart', async () => {
    const smtp = await SmtpCatcher.start();
    const app = await boot({ SMTP_URL: smtp.url() });
    const tools = app.get<ToolRunner>(TOOL_RUNNER);
    expect(app.get<ToolRegistry>(TOOL_RUNNER).names).toEqual(payments.tools);
    expect(tools.specs(payments.tools).map((spec) => spec.name)).toEqual(payments.tools);

    const args = { client_id: 5001 };
    expect(await tools.run(callOf('query_transactions', args), contextOf())).toMatchObject({ ok: true });
    const mail = await tools.run(callOf('send_email_report', { ...args, recipient: 'john@example.com' }), contextOf());
    expect(mail).toMatchObject({ ok: true });
    expect(smtp.mails).toHaveLength(1);
    expect(await tools.run(callOf('search_documents', { query: 'refund policy' }), contextOf())).toMatchObject({
      ok: true,
    });
    expect(await tools.run(callOf('web_search', { query: 'weather' }), contextOf())).toMatchObject({ ok: false });
    const chart = await tools.run(callOf('generate_transaction_chart', args), contextOf());
    expect(chart).toMatchObject({ ok: true });
    const url = chart.ok ? (chart.artifacts?.[0]?.url ?? '') : '';

    // What is recorded just before the end is stored before the database closes.
    const recorder = app.get<CallRecorder>(CALL_RECORDER);
    const call = { sessionId: 's', userId: 'demo', agent: 'julia', providers: { stt: 's', llm: 'l', tts: 't' } };
    recorder.started(call);
    recorder.event(call, { type: 'turn.ended', turnId: 't', text: 'goodbye' }, 1);
    await app.close();
    await smtp.close();

    const again = await boot();
    const artifact = await again.get(ArtifactStore).read(basename(url.split('?')[0] ?? ''), callerOf('demo'));
    expect(artifact?.mediaType).toBe('image/svg+xml');
    const { prisma } = again.get(Database);
    expect(await prisma.callTranscript.findMany({ where: { callSid: 's' } })).toMatchObject([{ text: 'goodbye' }]);
    await again.close();
  }, 60_000);

  it('leave production without demo data', async () => {
    const app = await boot({
      NODE_ENV: 'production',
      STREAM_CORS_ORIGIN: 'https://app.example',
      DATABASE_URL: 'memory://',
    });
    expect(await app.get(Database).prisma.client.count()).toBe(0);
    await app.close();
  }, 60_000);

  it('go through Supabase under the caller’s own token when there is one', async () => {
    const rows = await openTestDatabase();
    const supabase = await SupabaseSimulator.start(rows);
    const app = await boot({
      DATABASE_URL: 'memory://',
      SUPABASE_URL: supabase.url,
      SUPABASE_ANON_KEY: supabase.anonKey,
    });
    // Its own database has no demo data then; what comes back was there.
    expect(await app.get(Database).prisma.client.count()).toBe(0);
    const context = { ...contextOf(), caller: callerOf('demo', await supabase.token('demo')) };
    const outcome = await app
      .get<ToolRunner>(TOOL_RUNNER)
      .run(callOf('query_transactions', { client_id: 5001 }), context);
    expect(outcome).toMatchObject({ ok: true, data: { client: { name: 'Ada Park' } } });
    expect(supabase.requests).toMatchObject([{ path: '/rest/v1/rpc/report_transactions', subject: 'demo' }]);
    await app.close();
    await supabase.close();
    await rows.close();
  }, 60_000);
});
