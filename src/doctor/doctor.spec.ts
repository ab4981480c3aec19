import 'reflect-metadata';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../../test/simulators/anthropic.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../test/simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../test/simulators/openai.js';
import { PublicFeedsSimulator } from '../../test/simulators/public-feeds.js';
import { SearxngSimulator } from '../../test/simulators/searxng.js';
import { describeWith } from '../../test/support/needs.js';
import { CrmServer } from '../../test/support/mcp-server.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { SmtpCatcher } from '../../test/support/smtp-catcher.js';
import { Database } from '../database/database.js';
import { doctor } from './doctor.js';

// The whole program but for its last line: configuration, wiring, real adapters, simulated vendors, what is printed.

const SECRET = 'a secret that is long enough for HS256';

describe('npm run doctor', () => {
  const cleanUps: (() => Promise<void> | void)[] = [];
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
    cleanUps.push(() => rmSync(cwd, { recursive: true, force: true }));
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  const started = async <T extends { close(): Promise<void> }>(server: Promise<T>): Promise<T> => {
    const made = await server;
    cleanUps.push(() => made.close());
    return made;
  };

  /** Vendors that work, and the environment that leads to them. */
  const vendors = async () => {
    const openai = await started(OpenAiSimulator.start());
    const anthropic = await started(AnthropicSimulator.start());
    const deepgram = await started(DeepgramSimulator.start());
    const env = {
      STREAM_STT_PROVIDER: 'deepgram',
      STREAM_LLM_PROVIDER: 'openai,anthropic,rules',
      STREAM_TTS_PROVIDER: 'openai',
      OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
      OPENAI_BASE_URL: openai.url,
      ANTHROPIC_API_KEY: SIMULATED_ANTHROPIC_KEY,
      ANTHROPIC_BASE_URL: anthropic.url,
      DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
      DEEPGRAM_BASE_URL: deepgram.url,
    };
    return { env, openai, anthropic, deepgram };
  };

  const diagnose = async (env: Record<string, string>, deadlineMs = 15_000, production = false) => {
    const lines: string[] = [];
    const code = await doctor({
      deadlineMs,
      production,
      print: (line) => lines.push(line),
      source: {
        cwd,
        env: {
          NODE_ENV: 'test',
          JWT_SECRET: SECRET,
          AGENTS_DIR: resolve('agents'),
          DATABASE_URL: 'memory://',
          EMBEDDINGS_PROVIDER: 'none',
          STREAM_STT_PROVIDER: 'deepgram',
          DEEPGRAM_API_KEY: 'x',
          DEEPGRAM_BASE_URL: 'http://127.0.0.1:1',
          ...env,
        },
      },
    });
    /** The line about something, without how long it took. */
    const about = (name: string): string | undefined =>
      lines.find((line) => line.slice(4).startsWith(name))?.replace(/ \(\d+ ms\)$/, '');
    return { code, lines, about };
  };

  /** A server of our own that answers everything like this. */
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cleanUps.push(
      () =>
        new Promise((done) => {
          server.closeAllConnections();
          server.close(() => done());
        }),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('has a line for everything that is configured, and ends with 0 when all is well', async () => {
    const { env, openai, anthropic, deepgram } = await vendors();
    const smtp = await started(SmtpCatcher.start());
    const { code, lines } = await diagnose({ ...env, SMTP_URL: smtp.url() });
    expect(lines.map((line) => line.replace(/ \(\d+ ms\)$/, ''))).toEqual([
      'ok  data folder',
      'ok  tokens: HS256; mint one with `npm run token`',
      'ok  agents: julia',
      'ok  prices: USD',
      'ok  rollout plans: careful, quick',
      'ok  data: tools read from memory; calls are kept in memory, and resumed in this process.',
      'ok  database: in memory, gone when the server ends',
      'ok  documents: found by words and by spelling (pg_trgm); not by meaning: EMBEDDINGS_PROVIDER is none',
      'ok  mail',
      'ok  webhooks: ElevenLabs is not listened to: ELEVENLABS_WEBHOOK_SECRET is empty; nobody is told of calls',
      'ok  stt deepgram',
      'ok  llm openai',
      'ok  llm anthropic',
      'ok  llm rules',
      'ok  tts openai',
    ]);
    expect(code).toBe(0);
    expect(openai.counts).toMatchObject({ chat: 1, speech: 1 });
    expect(anthropic.counts.messages).toBe(1);
    expect(deepgram.counts.accepted).toBe(1);
    expect(smtp.mails).toEqual([]);
  });

  it('hears that a voice answers what nobody can play, and names it', async () => {
    const { env } = await vendors();
    const url = await serve((request, response) => {
      request.resume();
      response
        .setHeader('content-type', 'audio/mpeg')
        .end(Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), Buffer.alloc(4000)]));
    });
    const { code, about } = await diagnose({ ...env, OPENAI_TTS_BASE_URL: `${url}/v1` });
    expect(code).toBe(1);
    expect(about('tts openai')).toMatch(
      /^BAD tts openai: openai answered MP3 where raw PCM16 or WAV was asked for.*Check OPENAI_BASE_URL, OPENAI_TTS_BASE_URL/,
    );
  });

  it('says which keys were refused, shows none of them, and ends with 1', async () => {
    const { env } = await vendors();
    const keys = { OPENAI_API_KEY: 'sk-hunter2', ANTHROPIC_API_KEY: 'sk-ant-hunter2', DEEPGRAM_API_KEY: 'hunter2' };
    const { code, lines, about } = await diagnose({ ...env, ...keys });
    expect(code).toBe(1);
    expect(about('llm openai')).toMatch(/^BAD llm openai: the key was refused \(401\)\. Check OPENAI_API_KEY/);
    expect(about('llm anthropic')).toMatch(
      /^BAD llm anthropic: the key was refused \(401\)\. Check ANTHROPIC_API_KEY\.$/,
    );
    expect(about('tts openai')).toMatch(/^BAD tts openai: the key was refused \(401\)\. Check OPENAI_API_KEY/);
    expect(about('stt deepgram')).toMatch(/^BAD stt deepgram: the key was refused \(401\)\. Check DEEPGRAM_API_KEY\.$/);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it('asks a recogniser that works by utterances to transcribe one', async () => {
    const { env, openai } = await vendors();
    const works = await diagnose({ ...env, STREAM_STT_PROVIDER: 'openai' });
    expect(works.about('stt openai')).toBe('ok  stt openai');
    expect(openai.counts.transcriptions).toBe(1);
    const refused = await diagnose({ ...env, STREAM_STT_PROVIDER: 'openai', OPENAI_API_KEY: 'hunter2' });
    expect(refused.about('stt openai')).toMatch(/^BAD stt openai: the key was refused \(401\)\. Check OPENAI_API_KEY/);
  });

  it('speaks with the voices that calls have', async () => {
    const { env, openai } = await vendors();
    const voices = 'name: Max\ninstructions: Be kind.\nvoice: { openai: nova, flite: rms }\n';
    writeFileSync(join(cwd, 'max.yaml'), voices);
    const agents = { AGENTS_DIR: cwd, DEFAULT_AGENT: 'max' };
    await diagnose({ ...env, ...agents, STREAM_TTS_PROVIDER: 'flite,openai', VOICE_ID: 'awb' });
    await diagnose({ ...env, ...agents, VOICE_ID: 'coral' });
    expect(openai.speechRequests.map(({ voice }) => voice)).toEqual(['nova', 'coral']);
  });

  it('has nothing to ask of what the client does by itself', async () => {
    const { about } = await diagnose({ STREAM_STT_PROVIDER: 'webspeech', STREAM_TTS_PROVIDER: 'browser' });
    expect(about('stt webspeech')).toBe('ok  stt webspeech: the client listens');
    expect(about('tts browser')).toBe('ok  tts browser: the client speaks');
  });

  it('says by what documents are found, and whether their model answers', async () => {
    const { env, openai } = await vendors();
    const embeddings = { EMBEDDINGS_BASE_URL: openai.url, EMBEDDINGS_PROVIDER: 'openai' };
    const works = await diagnose({ ...env, ...embeddings, EMBEDDINGS_API_KEY: SIMULATED_OPENAI_KEY });
    expect(works.about('documents')).toBe(
      'ok  documents: found by words, by spelling (pg_trgm) and by meaning (pgvector)',
    );
    expect(works.about('embeddings')).toBe('ok  embeddings text-embedding-3-small: 64 numbers');
    const refused = await diagnose({ ...env, ...embeddings, EMBEDDINGS_API_KEY: 'sk-hunter2' });
    expect(refused.code).toBe(1);
    expect(refused.about('embeddings')).toBe(
      'BAD embeddings text-embedding-3-small: the key was refused (401). Check EMBEDDINGS_API_KEY. Until then documents are found by their words.',
    );
    expect(refused.lines.join('\n')).not.toContain('hunter2');
  });

  it('does not wait for servers that hang', async () => {
    const { env } = await vendors();
    const silent = await serve(() => undefined);
    const addresses = { OPENAI_BASE_URL: `${silent}/v1`, ANTHROPIC_BASE_URL: silent, DEEPGRAM_BASE_URL: silent };
    const { code, lines } = await diagnose(
      { ...env, ...addresses, SUPABASE_URL: silent, SUPABASE_ANON_KEY: 'x' },
      1500,
    );
    expect(code).toBe(1);
    const bad = lines.filter((line) => line.startsWith('BAD')).map((line) => line.slice(4, line.indexOf(':')));
    expect(bad).toEqual(['supabase', 'stt deepgram', 'llm openai', 'llm anthropic', 'tts openai']);
    expect(lines.find((line) => line.startsWith('BAD llm openai'))).toMatch(/gave no answer within 1500 ms/);
  });

  it('says what cannot be reached', async () => {
    const { env } = await vendors();
    const gone = await serve(() => undefined);
    await cleanUps.pop()?.();
    const { host } = new URL(gone);
    const { code, about } = await diagnose({
      ...env,
      OPENAI_BASE_URL: `${gone}/v1`,
      ANTHROPIC_BASE_URL: gone,
      DEEPGRAM_BASE_URL: gone,
      SUPABASE_URL: gone,
      SUPABASE_ANON_KEY: 'x',
      SMTP_URL: `smtp://user:hunter2@${host}`,
      REDIS_URL: `redis://:hunter2@${host}`,
      DATABASE_URL: `postgresql://user:hunter2@${host}/parley`,
    });
    expect(code).toBe(1);
    expect(about('llm openai')).toMatch(/^BAD .* failed \(ECONNREFUSED\)\. Check .*OPENAI_BASE_URL/);
    expect(about('llm anthropic')).toMatch(/\(ECONNREFUSED\)\. Check ANTHROPIC_BASE_URL\.$/);
    expect(about('stt deepgram')).toMatch(/^BAD stt deepgram: .* Check DEEPGRAM_BASE_URL\.$/);
    expect(about('database')).toMatch(
      /^BAD database: the server cannot be reached \(ECONNREFUSED\)\. Check DATABASE_URL/,
    );
    expect(about('supabase')).toMatch(/^BAD supabase: cannot be reached \(ECONNREFUSED\)\. Check SUPABASE_URL\.$/);
    expect(about('redis')).toMatch(/^BAD redis: cannot be reached \(ECONNREFUSED\)\. Check REDIS_URL/);
    expect(about('mail')).toMatch(/^BAD mail: the mail server does not answer as one \(ESOCKET\)\. Check SMTP_URL\.$/);
  });

  it('checks the providers that callers are shared out to', async () => {
    const { env } = await vendors();
    const { about } = await diagnose({
      ...env,
      STREAM_LLM_PROVIDER: 'rules',
      STREAM_LLM_ROLLOUT: 'anthropic:10,rules:90',
    });
    expect(about('llm anthropic')).toBe('ok  llm anthropic');
    expect(about('llm openai')).toBeUndefined();
  });

  it('opens the embedded database where there is one, and leaves it to a server that has it open', async () => {
    const env = { DATABASE_URL: '', PARLEY_DATA_DIR: join(cwd, 'data') };
    expect((await diagnose(env)).about('database')).toBe('ok  database: embedded, made at the first start');
    const log = { info: () => undefined, warn: () => undefined };
    const database = await Database.open({ dataDir: env.PARLEY_DATA_DIR, log });
    try {
      expect((await diagnose(env)).about('database')).toBe('ok  database: embedded, in use by a running server');
    } finally {
      await database.close();
    }
    expect((await diagnose(env)).about('database')).toMatch(/^ok {2}database: embedded PostgreSQL \d+/);
  }, 60_000);

  describeWith(['redis'])('with a Redis', () => {
    it('knocks at it, and tells a password that is refused', async () => {
      const redis = await RedisServer.start();
      cleanUps.push(() => redis.destroy());
      expect((await diagnose({ REDIS_URL: redis.url })).about('redis')).toBe('ok  redis');
      const { lines, about } = await diagnose({ REDIS_URL: redis.url.replace('//', '//user:hunter2@') });
      expect(about('redis')).toBe('BAD redis: the login was refused. Check the user and the password in REDIS_URL.');
      expect(lines.join('\n')).not.toContain('hunter2');
    });
  });

  it.each([
    [400, 'ok  mail: through the edge function'],
    [401, 'BAD mail: the mail function does not know us. Give it and MAIL_FUNCTION_SECRET the same secret.'],
    [404, 'BAD mail: the mail function answers 404. Check MAIL_FUNCTION_URL, and that the function is deployed.'],
  ])('asks the mail function, which answers %d', async (status, line) => {
    const fake = createServer((_request, response) => response.writeHead(status).end());
    fake.listen(0, '127.0.0.1');
    await once(fake, 'listening');
    const url = `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;
    const { about, lines } = await diagnose({ MAIL_FUNCTION_URL: url, MAIL_FUNCTION_SECRET: 'hunter2'.repeat(5) });
    expect(about('mail')).toBe(line);
    expect(lines.join('\n')).not.toContain('hunter2');
    fake.close();
  });

  it('tells what is wrong with the mail server’s login', async () => {
    const smtp = await started(SmtpCatcher.start());
    smtp.fault = { at: 'login' };
    const { about, lines } = await diagnose({ SMTP_URL: smtp.url('user:hunter2@') });
    expect(about('mail')).toBe('BAD mail: the login was refused. Check the user and the password in SMTP_URL.');
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  it.each<[string, number, object, RegExp]>([
    [
      'a key that is refused',
      401,
      { message: 'Invalid API key' },
      /^BAD supabase: the key was refused \(401\)\. Check SUPABASE_ANON_KEY/,
    ],
    ['migrations that are missing', 404, { code: 'PGRST202' }, /^BAD supabase: .*Apply the migrations/],
    ['a project that is paused', 540, {}, /^BAD supabase: answered 540\. Check SUPABASE_URL/],
    ['a function that wants a caller', 401, { code: '42501' }, /^ok {2}supabase$/],
    ['a function that answers', 200, {}, /^ok {2}supabase$/],
  ])('reads Supabase’s answer: %s', async (_what, status, body, line) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const { about } = await diagnose({ SUPABASE_URL: url, SUPABASE_ANON_KEY: 'x' });
    expect(about('supabase')).toMatch(line);
  });

  it.each<[string, number, string, RegExp]>([
    ['keys', 200, '{"keys":[{"kty":"RSA"},{"kty":"oct"}]}', /^ok {2}tokens: 1 keys$/],
    ['symmetric keys only', 200, '{"keys":[{"kty":"oct"}]}', /^BAD tokens: the key set has no RSA or EC key/],
    ['a page', 200, '<html>', /^BAD tokens: JWT_JWKS_URL does not lead to a key set/],
    ['nothing', 404, '', /^BAD tokens: the keys cannot be fetched \(404\)\. Check JWT_JWKS_URL/],
  ])('reads the issuer’s key set: %s', async (_what, status, body, line) => {
    const url = await serve((_request, response) => {
      response.writeHead(status).end(body);
    });
    const { about } = await diagnose({ JWT_SECRET: '', JWT_JWKS_URL: url });
    expect(about('tokens')).toMatch(line);
  });

  it('names the faults of agents’ files, and checks the providers that agents name', async () => {
    writeFileSync(
      join(cwd, 'max.yaml'),
      'name: Max\ninstructions: Be kind.\nproviders: { llm: [rules], tts: [flite] }\n',
    );
    const own = await diagnose({ AGENTS_DIR: cwd, DEFAULT_AGENT: 'max', STREAM_LLM_PROVIDER: 'rules' });
    expect(own.about('agents')).toBe('ok  agents: max');
    expect(own.lines.filter((line) => / (llm|tts) /.test(line.slice(3, 9)))).toHaveLength(2);
    expect((await diagnose({ AGENTS_DIR: cwd })).about('agents')).toMatch(/^BAD agents: there is no agent "julia"/);
    writeFileSync(join(cwd, 'ann.yaml'), 'name: Ann\ninstructions: x\ntools: [fly]\n');
    expect((await diagnose({ AGENTS_DIR: cwd })).about('agents')).toMatch(
      /^BAD agents: ann\.yaml: tools: there is no tool "fly"/,
    );
  });

  it.each<[string, number, Record<string, string>, RegExp]>([
    ['that answers', 200, { TAVILY_API_KEY: 'x' }, /^ok {2}web search tavily$/],
    [
      'that refuses',
      401,
      { TAVILY_API_KEY: 'hunter2' },
      /^BAD web search tavily: .* refuses the key \(401\)\. Check TAVILY_API_KEY/,
    ],
    ['that is broken', 500, { BRAVE_API_KEY: 'x' }, /^BAD web search brave: .* has a fault \(500\)\./],
    [
      'that is Wikipedia',
      503,
      { WEB_SEARCH_PROVIDER: 'wikipedia' },
      /^BAD web search wikipedia: .* \(503\)\. Or set WEB_SEARCH/,
    ],
  ])('asks the web search %s', async (_, status, settings, line) => {
    const url = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"results":[]}');
    });
    const { about, code, lines } = await diagnose({ ...settings, WEB_SEARCH_BASE_URL: url });
    expect(about('web search')).toMatch(line);
    if (status !== 200) expect(code).toBe(1);
    expect(lines.join()).not.toContain('hunter2');
  });

  it.each([
    ['that answers', {}, {}, /^ok {2}web search searxng$/],
    ['that gives no JSON', { formats: ['html'] }, {}, /^BAD web search searxng: .* add json to search\.formats/],
    [
      'that is not there',
      {},
      { SEARXNG_URL: 'http://127.0.0.1:1' },
      /^BAD .* cannot be reached\. Check SEARXNG_URL\.$/,
    ],
  ])('asks the SearXNG %s', async (_, knobs, settings, line) => {
    const searxng = await started(SearxngSimulator.start(knobs));
    const { about } = await diagnose({ SEARXNG_URL: searxng.url, ...settings });
    expect(about('web search')).toMatch(line);
  });

  it('asks each MCP server for its tools', async () => {
    const crm = await started(CrmServer.start());
    const mcpServers = { crm: { url: crm.url }, gone: { url: 'http://127.0.0.1:1/mcp' } };
    writeFileSync(join(cwd, 'mcp.json'), JSON.stringify({ mcpServers }));
    const { about } = await diagnose({ MCP_SERVERS_FILE: 'mcp.json' });
    expect(about('mcp crm')).toBe('ok  mcp crm: 2 tools');
    expect(about('mcp gone')).toMatch(
      /^BAD mcp gone: its tools cannot be had \(.*\)\. Check it in MCP_SERVERS_FILE; calls begin without them until it is there\.$/,
    );
  });

  it('fetches what calls are told beside the talk', async () => {
    const feeds = await started(PublicFeedsSimulator.start());
    feeds.knobs = { coins: { bitcoin: { price: { usd: 67000 }, change: 1, updatedAt: 1772366400 } } };
    const { about, code } = await diagnose({
      STREAM_CONTEXT_ENRICHMENT: 'crypto,news',
      COINGECKO_BASE_URL: feeds.url,
      NEWS_FEEDS: `${feeds.url}/none`,
    });
    expect(about('enrichment crypto')).toBe('ok  enrichment crypto: bitcoin: 67,000 USD (+1.0 % in 24 hours)');
    expect(about('enrichment news')).toMatch(/^BAD enrichment news: .* answers 404\. Check NEWS_FEEDS\. Calls go on/);
    expect(code).toBe(1);
  });

  it.each([
    ['development', 'wikipedia'],
    ['test', undefined],
  ])('in %s, without a key, asks %s', async (NODE_ENV, name) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"pages":[]}');
    });
    const { about } = await diagnose({ NODE_ENV, WEB_SEARCH_BASE_URL: url });
    expect(about('web search')).toEqual(
      name && `ok  web search ${name}: what the documents do not answer goes to Wikipedia, word for word`,
    );
  });

  it('names a setting that is misspelt', async () => {
    const { code, about } = await diagnose({ JWT_SECRT: 'x', JWT_SECRET: '' });
    expect(about('settings')).toBe(
      'BAD settings: JWT_SECRT: is not a setting and is not read. Did you mean JWT_SECRET?',
    );
    expect(code).toBe(1);
  });

  it('says when the data folder is none', async () => {
    writeFileSync(join(cwd, 'file'), '');
    const { about } = await diagnose({ PARLEY_DATA_DIR: join(cwd, 'file', 'data') });
    expect(about('data folder')).toMatch(/^BAD data folder: .* cannot be written \(ENOTDIR\)\./);
  });

  it('asks before production what it must have, and reads the configuration as it is read there', async () => {
    const refused = await diagnose({ JWT_SECRET: '' }, 15_000, true);
    expect(refused.code).toBe(1);
    expect(refused.lines).toEqual([
      expect.stringMatching(/^BAD JWT_SECRET: is missing\. In production set it/),
      expect.stringMatching(/^BAD STREAM_CORS_ORIGIN: must not be \* in production/),
    ]);
    const { env } = await vendors();
    const asked = await diagnose({ ...env, STREAM_CORS_ORIGIN: 'https://app.example.com' }, 15_000, true);
    expect(asked.code).toBe(1);
    const told = asked.lines.filter((line) => /^(?:ok {2}|warn |BAD )production/.test(line));
    expect(told).toHaveLength(12);
    expect(asked.about('production proxy')).toMatch(/^BAD production proxy/);
    expect(asked.about('production database')).toMatch(/^BAD production database: DATABASE_URL is memory/);
    expect(asked.about('stt deepgram')).toMatch(/^ok /);
  });

  it('does not call a server well that would not start: its prices and plans are read', async () => {
    const plans = join(cwd, 'plans.yaml');
    writeFileSync(plans, 'plans:\n  a: { steps: [10, 100], waits: [0] }\n');
    const { env } = await vendors();
    const { code, about } = await diagnose({ ...env, PRICES_FILE: join(cwd, 'no.yaml'), ROLLOUT_PLANS_FILE: plans });
    expect(code).toBe(1);
    expect(about('prices')).toMatch(/^BAD prices: .*no\.yaml: cannot be read: there is no such file$/);
    expect(about('rollout plans')).toMatch(/^BAD rollout plans: .*plans\.a\.waits\.0: must be a time such as 30m/);
  });

  it('checks nothing more when the configuration cannot be read', async () => {
    const { code, lines } = await diagnose({ PORT: 'hunter2', STREAM_LLM_PROVIDER: 'gpt' });
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(/^BAD PORT: must be a whole number/),
      expect.stringMatching(/^BAD STREAM_LLM_PROVIDER: must be one of/),
    ]);
  });
});
