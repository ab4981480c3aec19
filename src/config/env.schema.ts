import { z } from 'zod';

// Every environment variable that Parley reads, with its default and its meaning. `.env.stream.example` is checked against
// this file by a test. Nothing outside this folder reads process.env.

const blankIsAbsent = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;

const text = () => z.preprocess(blankIsAbsent, z.string().trim().optional());
const textOr = (fallback: string) => z.preprocess(blankIsAbsent, z.string().trim().default(fallback));
const integer = (fallback: number, min: number, max: number) =>
  z.preprocess(blankIsAbsent, z.coerce.number().int().min(min).max(max).default(fallback));
const flag = (fallback: boolean) =>
  z.preprocess(
    blankIsAbsent,
    z
      .enum(['true', 'false', '1', '0', 'yes', 'no'])
      .transform((value) => value === 'true' || value === '1' || value === 'yes')
      .default(fallback),
  );
const url = () => z.preprocess(blankIsAbsent, z.url({ protocol: /^https?$/ }).optional());
/** RFC 7518 section 3.2: an HS256 key has at least the 256 bits of the hash. */
const secret = () => z.preprocess(blankIsAbsent, z.string().trim().min(32).optional());
const list = (fallback: string) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .default(fallback)
      .transform((value) =>
        value
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      ),
  );
const isOrigin = (value: string): boolean => value === '*' || (URL.canParse(value) && new URL(value).origin === value);
const origins = (fallback: string) =>
  list(fallback).pipe(
    z.array(z.string().refine(isOrigin, { error: 'must be * or origins such as https://app.example.com' })).min(1),
  );
const chain = <const Names extends readonly [string, ...string[]]>(names: Names, fallback: Names[number]) =>
  list(fallback).pipe(z.array(z.enum(names)).min(1));

export const STT_PROVIDERS = ['pocketsphinx', 'deepgram'] as const;
export const LLM_PROVIDERS = ['rules', 'openai'] as const;
export const TTS_PROVIDERS = ['flite', 'openai'] as const;

// Each group is a heading of `.env.stream.example`; the meaning beside a key is what the file and the boot errors say.

const server = {
  NODE_ENV: z
    .preprocess(blankIsAbsent, z.enum(['development', 'test', 'production']).default('development'))
    .describe('development, test or production; production refuses what is only safe on a desk'),
  HOST: textOr('0.0.0.0').describe('address to listen on'),
  STREAM_WS_PORT: z
    .preprocess(blankIsAbsent, z.coerce.number().int().min(0).max(65535).optional())
    .describe('port of HTTP and WebSocket; PORT is used when this is empty; 0 takes a free one'),
  PORT: integer(3001, 0, 65535).describe('port when STREAM_WS_PORT is empty'),
  STREAM_DEBUG: flag(false).describe('log at debug level'),
  TRUST_PROXY: integer(0, 0, 10).describe(
    'how many proxies in front are trusted for X-Forwarded-For; behind nginx 1, or all callers count as one address',
  ),
  SHUTDOWN_GRACE_MS: integer(30_000, 0, 600_000).describe('how long running calls may go on after SIGTERM, ms'),
  METRICS_TOKEN: text().describe(
    'bearer token for GET /metrics; when empty the page is open in development and off in production',
  ),
  PARLEY_DATA_DIR: textOr('.parley').describe('folder for the embedded database, charts and saved mail'),
};

const auth = {
  JWT_SECRET: secret().describe(
    'HS256 secret, at least 32 characters; made at the first boot in development when empty',
  ),
  JWT_JWKS_URL: url().describe(
    'JWKS address for RS256/ES256 tokens (Supabase: <project>/auth/v1/.well-known/jwks.json)',
  ),
  JWT_ISSUER: text().describe('required "iss" of tokens, when set'),
  JWT_AUDIENCE: text().describe('required "aud" of tokens, when set'),
  STREAM_CORS_ORIGIN: origins('*').describe('allowed browser origins, comma-separated; * is refused in production'),
};

const limits = {
  STREAM_RATE_LIMIT_MAX: integer(30, 1, 1_000_000).describe(
    'handshakes allowed per user, and per address, in a window',
  ),
  STREAM_RATE_LIMIT_WINDOW_MS: integer(60_000, 1000, 3_600_000).describe('length of that window, ms'),
  STREAM_MAX_CONCURRENT_SESSIONS: integer(5, 1, 1_000_000).describe('open sessions per user'),
  STREAM_MAX_SESSIONS: integer(1000, 1, 1_000_000).describe('open sessions of this process'),
  STREAM_MAX_SESSION_MS: integer(3_600_000, 1000, 86_400_000).describe('longest session, ms'),
  STREAM_IDLE_TIMEOUT_MS: integer(60_000, 1000, 3_600_000).describe(
    'close when nothing came from the client for so long, ms',
  ),
};

const providers = {
  AGENTS_DIR: textOr('agents').describe('folder of agent files'),
  DEFAULT_AGENT: textOr('julia').describe('agent of a session that names none'),
  STREAM_STT_PROVIDER: chain(STT_PROVIDERS, 'pocketsphinx').describe(
    `speech to text, first to last: ${STT_PROVIDERS.join(', ')}`,
  ),
  STREAM_LLM_PROVIDER: chain(LLM_PROVIDERS, 'rules').describe(
    `language model, first to last: ${LLM_PROVIDERS.join(', ')}`,
  ),
  STREAM_TTS_PROVIDER: chain(TTS_PROVIDERS, 'flite').describe(
    `text to speech, first to last: ${TTS_PROVIDERS.join(', ')}`,
  ),
  VOICE_ID: text().describe("the provider's own name of the voice, instead of the agent's"),
  DEEPGRAM_API_KEY: text().describe('key of Deepgram'),
  DEEPGRAM_BASE_URL: url().describe('another address of Deepgram’s API (self-hosted)'),
  DEEPGRAM_MODEL: textOr('nova-3').describe('nova-3, flux-general-en or flux-general-multi'),
  DEEPGRAM_EAGER_EOT_THRESHOLD: z
    .preprocess(blankIsAbsent, z.coerce.number().min(0.3).max(0.9).optional())
    .describe(
      'Flux: confidence, 0.3 to 0.9, at which an answer is begun before the turn is surely over; off when empty',
    ),
  OPENAI_API_KEY: text().describe('key of OpenAI'),
  OPENAI_BASE_URL: url().describe('another address of an OpenAI-compatible API'),
  OPENAI_MODEL: textOr('gpt-4o-mini').describe('chat model'),
  OPENAI_TTS_MODEL: textOr('gpt-4o-mini-tts').describe('speech model'),
};

const data = {
  DATABASE_URL: text().describe('postgresql://...; the embedded database when empty; memory:// keeps it in memory'),
  SUPABASE_URL: url().describe('tools go through this Supabase project when set'),
  SUPABASE_ANON_KEY: text().describe('anon (publishable) key of that project; never the service role key'),
};

const tools = {
  SMTP_URL: text().describe('smtp://user:pass@host:port of the mail server; e-mail is refused politely when empty'),
  MAIL_FROM: textOr('Julia <julia@parley.invalid>').describe('sender of reports'),
  TAVILY_API_KEY: text().describe('key of Tavily for web_search'),
  BRAVE_API_KEY: text().describe('key of Brave Search for web_search'),
  WEB_SEARCH_PROVIDER: z
    .preprocess(blankIsAbsent, z.enum(['tavily', 'brave', 'wikipedia', 'none']).optional())
    .describe('web search to use; by default the first of tavily and brave that has a key, else wikipedia'),
  WEB_SEARCH_BASE_URL: url().describe('another address of that search API'),
};

/** Every key, in the groups and the order of `.env.stream.example`. */
export const ENV_GROUPS = [
  { title: 'Server', shape: server },
  { title: 'Auth', shape: auth },
  { title: 'Limits', shape: limits },
  { title: 'Agents and providers', shape: providers },
  { title: 'Data', shape: data },
  { title: 'Tools', shape: tools },
] as const;

export const envSchema = z.object({ ...server, ...auth, ...limits, ...providers, ...data, ...tools });

export type Env = z.infer<typeof envSchema>;
export type EnvKey = keyof Env;
