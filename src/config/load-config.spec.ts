import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError } from './config-error.js';
import { loadConfig, processPlan } from './load-config.js';

const SECRET = 'a secret that is long enough for HS256';

describe('loadConfig', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const problems = (env: Record<string, string>): readonly string[] => {
    try {
      loadConfig({ env, cwd });
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it('reads headers as OpenTelemetry writes them, and repeats none that it cannot read', () => {
    const headersOf = (written: string) =>
      loadConfig({ env: { OTEL_EXPORTER_OTLP_HEADERS: written }, cwd }).OTEL_EXPORTER_OTLP_HEADERS;
    expect(headersOf('authorization=Bearer%20a=b, x-team = voice')).toEqual({
      authorization: 'Bearer a=b',
      'x-team': 'voice',
    });
    expect(headersOf('')).toBeUndefined();
    for (const wrong of ['planted', 'a=%zz-planted', 'a=%ff-planted', 'a=1,,planted']) {
      const told = problems({ OTEL_EXPORTER_OTLP_HEADERS: wrong }).join();
      expect(told).toMatch(/OTEL_EXPORTER_OTLP_HEADERS: must be headers such as/);
      expect(told).not.toContain('planted');
    }
  });

  it('takes a DSN with its key and project, also below a path, and repeats none that is none', () => {
    for (const dsn of ['https://abc123@o1.ingest.sentry.io/7', 'http://abc:def@127.0.0.1:8000/glitchtip/1']) {
      expect(loadConfig({ env: { SENTRY_DSN: dsn }, cwd }).SENTRY_DSN).toBe(dsn);
    }
    for (const wrong of [
      'planted',
      'https://planted.example.com/1',
      'https://planted@example.com/',
      'ftp://planted@a/1',
    ]) {
      const told = problems({ SENTRY_DSN: wrong }).join();
      expect(told).toMatch(/SENTRY_DSN: must be a DSN such as/);
      expect(told).not.toContain('planted');
    }
  });

  it('needs nothing in development', () => {
    const config = loadConfig({ env: {}, cwd });
    expect(config).toMatchObject({
      NODE_ENV: 'development',
      port: 3001,
      STREAM_STT_PROVIDER: ['pocketsphinx'],
      STREAM_LLM_PROVIDER: ['rules'],
      STREAM_TTS_PROVIDER: ['flite'],
      PARLEY_DATA_DIR: join(cwd, '.parley'),
      auth: { jwksUrl: undefined },
    });
  });

  it('keeps a secret of its own in development, for its owner only, and finds it again', () => {
    const keyOf = () => {
      const { auth } = loadConfig({ env: {}, cwd });
      return auth.secret?.export().toString('hex');
    };
    const first = keyOf();
    expect(first).toHaveLength(128);
    expect(keyOf()).toBe(first);
    expect(statSync(join(cwd, '.parley', 'jwt-secret')).mode & 0o777).toBe(0o600);
  });

  it('takes a secret and published keys at once, for an issuer that moves', () => {
    const { auth } = loadConfig({ env: { JWT_SECRET: SECRET, JWT_JWKS_URL: 'https://a.example/keys' }, cwd });
    expect(auth).toEqual({ secret: expect.anything(), jwksUrl: 'https://a.example/keys' });
    expect(loadConfig({ env: { JWT_JWKS_URL: 'https://a.example/keys' }, cwd }).auth.secret).toBeUndefined();
  });

  it('says so when its own secret cannot be kept', () => {
    writeFileSync(join(cwd, '.parley'), 'a file where the folder should be');
    expect(problems({})).toEqual([expect.stringMatching(/^JWT_SECRET: is empty and none could be made: /)]);
  });

  it('prefers the environment to .env.stream, and that to .env', () => {
    writeFileSync(join(cwd, '.env.stream'), 'OPENAI_MODEL=from-stream\nDEFAULT_AGENT=stream\n');
    writeFileSync(join(cwd, '.env'), 'OPENAI_MODEL=from-env\nHOST=127.0.0.1\n');
    expect(loadConfig({ env: { DEFAULT_AGENT: 'environment' }, cwd })).toMatchObject({
      OPENAI_MODEL: 'from-stream',
      DEFAULT_AGENT: 'environment',
      HOST: '127.0.0.1',
    });
  });

  const UTF16_MARK = Buffer.from([0xff, 0xfe]);
  it.each<[string, (text: string) => Uint8Array | string]>([
    ['a byte-order mark', (text) => `\uFEFF${text}`],
    ['lines of Windows', (text) => text.replaceAll('\n', '\r\n')],
    ['UTF-16 with a mark', (text) => Buffer.concat([UTF16_MARK, Buffer.from(text, 'utf16le')])],
    ['UTF-16 of the other order', (text) => Buffer.concat([UTF16_MARK, Buffer.from(text, 'utf16le')]).swap16()],
    ['UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')],
    ['export before each', (text) => text.replaceAll(/^(?=[A-Z])/gm, 'export ')],
  ])('reads a file with %s', (_, encode) => {
    writeFileSync(join(cwd, '.env'), encode('HOST=127.0.0.1\nMAIL_FROM="Jörg <j@example.com>"\nPORT=4000\n'));
    expect(loadConfig({ env: {}, cwd })).toMatchObject({
      HOST: '127.0.0.1',
      MAIL_FROM: 'Jörg <j@example.com>',
      port: 4000,
      warnings: [],
    });
  });

  it('names a file of which it cannot read the letters', () => {
    writeFileSync(join(cwd, '.env'), Buffer.from('MAIL_FROM=J\xf6rg <j@example.com>\n', 'latin1'));
    expect(problems({})).toEqual([expect.stringMatching(/\.env: holds characters that are not UTF-8\. Save the file/)]);
  });

  it.each([`"${SECRET}"`, `'${SECRET}'`, ` "${SECRET}"`])(
    'takes the quotes away that docker keeps: %s',
    (JWT_SECRET) => {
      const { auth } = loadConfig({ env: { JWT_SECRET, PORT: '"4000"' }, cwd });
      expect(auth.secret?.export().toString()).toBe(SECRET);
    },
  );

  it.each([
    ['JWT_SECRT', 'JWT_SECRET'],
    ['jwt_secret', 'JWT_SECRET'],
    ['OPENAI_APIKEY', 'OPENAI_API_KEY'],
    ['DEEPGRAM_API_KYE', 'DEEPGRAM_API_KEY'],
    ['STREAM_STT_PROVIDERS', 'STREAM_STT_PROVIDER'],
    ['REDIS_URI', 'REDIS_URL'],
    ['SMTP-URL', 'SMTP_URL'],
  ])('names a key that is misspelt: %s', (key, meant) => {
    const line = `${key}: is not a setting and is not read. Did you mean ${meant}?`;
    expect(loadConfig({ env: { [key]: 'x' }, cwd }).warnings).toEqual([line]);
    expect(problems({ [key]: 'x', PORT: 'x' })).toContain(line);
  });

  it.each(['HOME', 'HOSTNAME', 'PATH', 'POST', 'AWS_SESSION_TOKEN', 'NODE_OPTIONS', 'PGPORT', 'MAIL', 'SOME_API_KEY'])(
    'leaves other programs’ keys alone: %s',
    (key) => {
      expect(loadConfig({ env: { [key]: 'x' }, cwd }).warnings).toEqual([]);
    },
  );

  it('prefers STREAM_WS_PORT to PORT, and takes an empty value for none', () => {
    expect(loadConfig({ env: { STREAM_WS_PORT: '0', PORT: '80' }, cwd }).port).toBe(0);
    expect(loadConfig({ env: { STREAM_WS_PORT: ' ', PORT: '8080' }, cwd }).port).toBe(8080);
  });

  it.each([
    ['PORT', 'abc', /^PORT: must be a whole number \(meaning: /],
    ['PORT', '70000', /^PORT: must be at most 65535 /],
    ['SHUTDOWN_GRACE_MS', '-1', /^SHUTDOWN_GRACE_MS: must be at least 0 /],
    ['NODE_ENV', 'prod', /^NODE_ENV: must be one of development, test, production /],
    ['STREAM_LLM_PROVIDER', 'rules,gpt', /^STREAM_LLM_PROVIDER: must be one of rules, openai, anthropic/],
    ['STREAM_LLM_PROVIDER', ',', /^STREAM_LLM_PROVIDER: must name at least one /],
    ['STREAM_LLM_ROLLOUT', 'rules:90', /^STREAM_LLM_ROLLOUT: the shares add up to 90, not to 100 \(meaning: /],
    ['STREAM_LLM_ROLLOUT', 'rules:50,gpt:50', /^STREAM_LLM_ROLLOUT: entry 2 must name providers of rules, openai/],
    ['STREAM_ROLLOUT_MAX_ERROR_PERCENT', '101', /^STREAM_ROLLOUT_MAX_ERROR_PERCENT: must be at most 100 /],
    [
      'STREAM_ROLLOUT_MAX_ERROR_PERCENT',
      '0,5',
      /^STREAM_ROLLOUT_MAX_ERROR_PERCENT: must be a number such as 5 or 0\.5/,
    ],
    ['USER_DAILY_BUDGET', '5€', /^USER_DAILY_BUDGET: must be a number such as 5 or 0\.5, without a unit \(meaning: /],
    ['USER_DAILY_BUDGET', '0', /^USER_DAILY_BUDGET: must be more than 0 \(meaning: /],
    ['METRICS_TOKEN', 'größe', /^METRICS_TOKEN: must be letters, digits and signs of ASCII/],
    ['OUTBOUND_FROM', '030 123456', /^OUTBOUND_FROM: must be a number in E\.164 such as \+4930123456/],
    ['STREAM_DEBUG', 'maybe', /^STREAM_DEBUG: must be one of .*true, false/],
    ['SUPABASE_URL', 'ftp://x', /^SUPABASE_URL: must be an http or https address /],
    ['JWT_SECRET', 'short', /^JWT_SECRET: must have at least 32 characters /],
    ['SPEECHMATICS_URL', 'https://x', /^SPEECHMATICS_URL: must be a ws or wss address/],
    ['REDIS_URL', 'localhost:6379', /^REDIS_URL: must be redis:\/\/host:port, or rediss:\/\/ for TLS/],
    ['TRANSCRIBE_API_KEYS', `${'a'.repeat(32)},short`, /^TRANSCRIBE_API_KEYS: must have at least 32 characters/],
    ['TRANSCRIBE_MODELS', 'nova-2', /^TRANSCRIBE_MODELS: has the wrong form .*as provider:model/],
    ['TRANSCRIBE_MODELS', 'deepgram:nova-2', /^TRANSCRIBE_MODELS: names a provider that is not in TRANSCRIBE_PROVIDER/],
    ['PUBLIC_ORIGIN', 'voice.example.com', /^PUBLIC_ORIGIN: must be an origin such as https:\/\/voice/],
    ['PUBLIC_ORIGIN', 'https://voice.example.com/v1', /^PUBLIC_ORIGIN: must be an origin such as/],
    ['TWILIO_AUTH_TOKEN', 'AC123', /^TWILIO_AUTH_TOKEN: must have at least 32 characters/],
    ['TWILIO_CLAIMS', '["a"]', /^TWILIO_CLAIMS: must be a JSON object/],
    ['TWILIO_CLAIMS', '{a: 1}', /^TWILIO_CLAIMS: must be a JSON object/],
    ['SIP_PEERS', '192.0.2.0/33', /^SIP_PEERS: must be addresses or networks such as/],
    ['SIP_PEERS', 'trunk.example.com', /^SIP_PEERS: must be addresses or networks such as/],
    ['SIP_USERS', 'trunk:short', /^SIP_USERS: must be name:password, with at least 8 characters/],
    ['SIP_USERS', 'no password at all', /^SIP_USERS: must be name:password/],
    ['SIP_RTP_PORTS', '80-90', /^SIP_RTP_PORTS: must be two ports from 1024 on/],
    ['SIP_RTP_PORTS', '31999-30000', /^SIP_RTP_PORTS: must be two ports from 1024 on/],
    ['SIP_CLAIMS', '["a"]', /^SIP_CLAIMS: must be a JSON object/],
    ['SIP_ADDRESS', 'trunk.example.com', /^SIP_ADDRESS: must be an IP address/],
    ['SIP_PORT', '5060', /^SIP_PEERS: is missing\. SIP_PORT is set/],
    ['STREAM_CORS_ORIGIN', 'app.example.com', /^STREAM_CORS_ORIGIN: must be \* or origins such as /],
    ...[
      'mysql://u:p@h/d',
      'localhost:5432/parley',
      'postgresql://',
      'jdbc:postgresql://h/d',
      'postgresql://u:p#w@h/d',
      'postgresql://u:p/w@h/d',
      'postgresql://u:100%@h/d',
      'memory',
    ].map((url): [string, string, RegExp] => [
      'DATABASE_URL',
      url,
      /^DATABASE_URL: must be postgresql:\/\/user:password@/,
    ]),
    ...['127.0.0.1:25', 'localhost:25', 'mail.example.com', 'smtp://', 'http://h', 'smtp://u:p#w@h'].map(
      (url): [string, string, RegExp] => ['SMTP_URL', url, /^SMTP_URL: must be smtp:\/\/user:password@host:587/],
    ),
  ])('refuses %s=%s with one line', (key, value, line) => {
    expect(problems({ [key]: value })).toEqual([expect.stringMatching(line)]);
  });

  it.each([
    [
      'a telephone that nobody can reach',
      { TWILIO_AUTH_TOKEN: 'f00d'.repeat(8) },
      /^PUBLIC_ORIGIN: is missing\. TWILIO_AUTH_TOKEN is set/,
    ],
    ['claims of nobody', { TWILIO_CLAIMS: '{"name": "x"}' }, /^TWILIO_USER: is missing\. TWILIO_CLAIMS is set/],
    [
      'Asterisk claims of nobody',
      { ASTERISK_CLAIMS: '{"name": "x"}' },
      /^ASTERISK_USER: is missing\. ASTERISK_CLAIMS is set/,
    ],
    ['SIP claims of nobody', { SIP_CLAIMS: '{"name": "x"}' }, /^SIP_USER: is missing\. SIP_CLAIMS is set/],
    [
      'SIP in several workers',
      { SIP_PORT: '5060', SIP_PEERS: '192.0.2.7', STREAM_WORKERS: '2', DATABASE_URL: 'postgresql://h/d' },
      /^SIP_PORT: is set for 2 workers, and a port belongs to one process/,
    ],
    [
      'a provider without its key',
      { STREAM_STT_PROVIDER: 'deepgram,pocketsphinx' },
      /^DEEPGRAM_API_KEY: is missing\. STREAM_STT_PROVIDER names deepgram/,
    ],
    [
      'transcription without its key',
      { TRANSCRIBE_PROVIDER: 'deepgram,pocketsphinx' },
      /^DEEPGRAM_API_KEY: is missing\. TRANSCRIBE_PROVIDER names deepgram/,
    ],
    [
      'a voice without its key',
      { STREAM_TTS_PROVIDER: 'openai' },
      /^OPENAI_API_KEY: is missing\. STREAM_TTS_PROVIDER names openai/,
    ],
    [
      'a voice of Cartesia without its key',
      { STREAM_TTS_PROVIDER: 'cartesia,flite' },
      /^CARTESIA_API_KEY: is missing\. STREAM_TTS_PROVIDER names cartesia/,
    ],
    [
      'a voice of ElevenLabs without its key',
      { STREAM_TTS_PROVIDER: 'elevenlabs' },
      /^ELEVENLABS_API_KEY: is missing\. STREAM_TTS_PROVIDER names elevenlabs/,
    ],
    [
      'a voice of Deepgram without its key',
      { STREAM_TTS_PROVIDER: 'deepgram' },
      /^DEEPGRAM_API_KEY: is missing\. STREAM_TTS_PROVIDER names deepgram/,
    ],
    [
      'Polly without its region',
      { STREAM_TTS_PROVIDER: 'polly' },
      /^AWS_REGION: is missing\. STREAM_TTS_PROVIDER names/,
    ],
    [
      'half of AWS’ keys',
      { AWS_ACCESS_KEY_ID: 'AKIA' },
      /^AWS_SECRET_ACCESS_KEY: is missing\. AWS_ACCESS_KEY_ID is set/,
    ],
    ['the other half', { AWS_SECRET_ACCESS_KEY: 'x' }, /^AWS_ACCESS_KEY_ID: is missing\. AWS_SECRET_ACCESS_KEY is set/],
    [
      'a client’s voice beside others',
      { STREAM_TTS_PROVIDER: 'browser,flite' },
      /^STREAM_TTS_PROVIDER: names browser beside others/,
    ],
    [
      'a model without its key',
      { STREAM_LLM_PROVIDER: 'anthropic,rules' },
      /^ANTHROPIC_API_KEY: is missing\. STREAM_LLM_PROVIDER names anthropic/,
    ],
    [
      'OpenAI under its own address without a key',
      { STREAM_LLM_PROVIDER: 'openai', OPENAI_BASE_URL: 'https://eu.api.openai.com/v1' },
      /^OPENAI_API_KEY: is missing\. STREAM_LLM_PROVIDER names openai/,
    ],
    [
      'a voice of OpenAI beside a model of one’s own',
      {
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
        OPENAI_TTS_BASE_URL: 'https://api.openai.com/v1',
      },
      /^OPENAI_API_KEY: is missing\. STREAM_TTS_PROVIDER names openai/,
    ],
    [
      'a Whisper server without its address',
      { STREAM_STT_PROVIDER: 'whisper_vad' },
      /^WHISPER_SERVICE_URL: is missing\. STREAM_STT_PROVIDER names whisper_vad/,
    ],
    [
      'Speechmatics without its key',
      { STREAM_STT_PROVIDER: 'speechmatics' },
      /^SPEECHMATICS_API_KEY: is missing\. STREAM_STT_PROVIDER names speechmatics/,
    ],
    [
      'a browser that recognises beside a server that does',
      { STREAM_STT_PROVIDER: 'webspeech,pocketsphinx' },
      /^STREAM_STT_PROVIDER: names webspeech and others\./,
    ],
    [
      'a rollout to a provider without its key',
      { STREAM_STT_ROLLOUT: 'deepgram>pocketsphinx:10,pocketsphinx:90' },
      /^DEEPGRAM_API_KEY: is missing\. STREAM_STT_ROLLOUT names deepgram/,
    ],
    ['a search without its key', { WEB_SEARCH_PROVIDER: 'tavily' }, /^TAVILY_API_KEY: is missing/],
    ['a search without its address', { WEB_SEARCH_PROVIDER: 'searxng' }, /^SEARXNG_URL: is missing/],
    [
      'an enrichment that there is not',
      { STREAM_CONTEXT_ENRICHMENT: 'crypto,weather' },
      /^STREAM_CONTEXT_ENRICHMENT: must/,
    ],
    ['a feed that is no address', { NEWS_FEEDS: 'file:///etc/passwd' }, /^NEWS_FEEDS: must be an http or https/],
    ['Supabase without its key', { SUPABASE_URL: 'https://x.supabase.co' }, /^SUPABASE_ANON_KEY: is missing/],
    [
      'a key that goes around row-level security',
      { SUPABASE_ANON_KEY: 'sb_secret_123' },
      /^SUPABASE_ANON_KEY: is a service role key/,
    ],
    [
      'such a key in the older form',
      { SUPABASE_ANON_KEY: `e30.${Buffer.from('{"role":"service_role"}').toString('base64url')}.x` },
      /^SUPABASE_ANON_KEY: is a service role key/,
    ],
  ])('refuses %s', (_what, env, line) => {
    expect(problems(env)).toEqual([expect.stringMatching(line)]);
  });

  it('needs no key of OpenAI for servers of one’s own', () => {
    const own = {
      STREAM_LLM_PROVIDER: 'openai',
      STREAM_TTS_PROVIDER: 'openai',
      OPENAI_BASE_URL: 'http://ollama:11434/v1',
    };
    expect(problems(own)).toEqual([]);
    expect(problems({ ...own, OPENAI_TTS_BASE_URL: 'http://speaches:8000/v1' })).toEqual([]);
  });

  it('demands in production what is optional in development', () => {
    expect(problems({ NODE_ENV: 'production' })).toEqual([
      expect.stringMatching(/^JWT_SECRET: is missing/),
      expect.stringMatching(/^STREAM_CORS_ORIGIN: must not be \* in production/),
    ]);
    const safe = { NODE_ENV: 'production', STREAM_CORS_ORIGIN: 'https://app.example.com,http://localhost:5173' };
    expect(problems({ ...safe, JWT_SECRET: SECRET })).toEqual([]);
    expect(problems({ ...safe, JWT_JWKS_URL: 'https://a.example/keys' })).toEqual([]);
    expect(problems({ ...safe, JWT_JWKS_URL: 'http://a.example/keys' })).toEqual([
      expect.stringMatching(/^JWT_JWKS_URL: must be an https address in production/),
    ]);
  });

  it('tells all faults at once, and repeats no value', () => {
    const env = { PORT: 'p@ssw0rd', JWT_SECRET: 'hunter2', STREAM_TTS_PROVIDER: 'hunter3' };
    const report = new ConfigError(problems(env)).report;
    expect(report.split('\n')).toHaveLength(4);
    expect(report).not.toMatch(/p@ssw0rd|hunter/);
  });

  it('does not show the secret when the configuration is printed', () => {
    const config = loadConfig({ env: { JWT_SECRET: SECRET }, cwd });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain(SECRET);
  });
});

describe('processPlan', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-plan-'));
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));
  const plan = (env: Record<string, string>) => processPlan({ env, cwd }, 4);

  it('is production unless somebody has said otherwise, there or in a file', () => {
    expect(plan({})).toEqual({ workers: 1, mode: 'production' });
    expect(plan({ NODE_ENV: '' }).mode).toBe('production');
    expect(plan({ NODE_ENV: 'development' }).mode).toBe('development');
    writeFileSync(join(cwd, '.env'), 'NODE_ENV=test\nDATABASE_URL=postgresql://host/parley\n');
    expect(plan({})).toEqual({ workers: 4, mode: 'test' });
    expect(() => plan({ NODE_ENV: 'prod' })).toThrow(ConfigError);
  });
});
