import { z } from 'zod';
import {
  bearer,
  blankIsAbsent,
  chain,
  claims,
  databaseUrl,
  decimal,
  domains,
  flag,
  headers,
  hoursOfDay,
  integer,
  list,
  networks,
  origins,
  passwords,
  phoneNumber,
  portRange,
  publicOrigin,
  redisUrl,
  rollout,
  secret,
  sentryDsn,
  smtpUrl,
  socketUrl,
  text,
  textOr,
  url,
  urls,
} from './env-values.js';

// Every environment variable that Parley reads, with its default and its meaning. `.env.stream.example` is checked against
// this file by a test. Nothing outside this folder reads process.env.

export const STT_PROVIDERS = [
  'pocketsphinx',
  'deepgram',
  'speechmatics',
  'openai',
  'whisper',
  'whisper_vad',
  'webspeech',
] as const;
export const LLM_PROVIDERS = ['rules', 'openai', 'anthropic'] as const;
export const TRANSCRIBE_PROVIDERS = ['pocketsphinx', 'deepgram', 'openai', 'whisper'] as const;
export const VAD_PROVIDERS = ['silero', 'energy'] as const;
export const OUTBOUND_PROVIDERS = ['twilio', 'elevenlabs', 'elevenlabs_sip'] as const;
export const NOISE_SUPPRESSIONS = ['off', 'rnnoise'] as const;
export type NoiseSuppression = (typeof NOISE_SUPPRESSIONS)[number];
const DIGEST_ALGORITHMS = ['MD5', 'SHA-256'] as const;
const ENRICHMENTS = ['crypto', 'news'] as const;
export const TTS_PROVIDERS = ['flite', 'openai', 'cartesia', 'elevenlabs', 'deepgram', 'polly', 'browser'] as const;

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
  STREAM_DEBUG: z
    .preprocess(
      blankIsAbsent,
      z
        .enum(['off', 'calls', 'all', 'true', 'false', '1', '0', 'yes', 'no'])
        .transform((value) => (value === 'calls' ? value : ['all', 'true', '1', 'yes'].includes(value) ? 'all' : 'off'))
        .default('off'),
    )
    .describe('log at debug level; calls: only what happens to each call, a line each, without a word of anybody'),
  TRUST_PROXY: integer(0, 0, 10).describe(
    'how many proxies in front are trusted for X-Forwarded-For; behind nginx 1, or all callers count as one address',
  ),
  SHUTDOWN_GRACE_MS: integer(30_000, 0, 600_000).describe('how long running calls may go on after SIGTERM, ms'),
  METRICS_TOKEN: bearer().describe(
    'bearer token for GET /metrics; when empty the page is open in development and off in production',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url().describe(
    'collector that is sent spans of calls, turns, stages and tools (OTLP over HTTP), such as http://localhost:4318; none when empty',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: headers().describe('headers for that collector: name=value,name=value, percent-encoded'),
  OTEL_SERVICE_NAME: textOr('parley').describe('name of this service in the spans'),
  PARLEY_COMMIT: text()
    .refine((commit) => commit === undefined || /^[0-9a-f]{7,40}$/.test(commit), {
      error: 'must be the hash of a commit: 7 to 40 hexadecimal digits',
    })
    .describe(
      'commit that this server was built from, where the build does not know it, as in a container; part of its version',
    ),
  SENTRY_DSN: sentryDsn().describe(
    'where faults of the server are reported by Sentry’s protocol (Sentry, GlitchTip), such as https://KEY@sentry.example.com/1; nowhere when empty',
  ),
  PARLEY_DATA_DIR: textOr('.parley').describe('folder for the embedded database, charts and saved mail'),
  LEGACY_DATABASE_URL: text().describe(
    'database of older calls, keyed by conversation_id, for npm run data -- legacy; the server itself never opens it',
  ),
  CALL_SUMMARIES: z
    .preprocess(blankIsAbsent, z.enum(['model', 'rules']).default('model'))
    .describe(
      'who writes the summary of a call that is over: the agent’s language model (rules where it has none), or rules always',
    ),
  CALL_RETENTION_DAYS: integer(0, 0, 36_500).describe(
    'records of calls that began so many days ago are erased, with all they hold; 0: kept until somebody erases them',
  ),
  RECORDINGS_DIR: text().describe(
    'folder for recordings of calls, of agents whose file wants them; several machines share one; recordings in PARLEY_DATA_DIR when empty',
  ),
  RECORDING_RETENTION_DAYS: integer(0, 0, 36_500).describe(
    'recordings that began so many days ago are deleted, and their calls kept; 0: with their calls',
  ),
  RECORDING_LINK_TTL_MS: integer(900_000, 0, 604_800_000).describe(
    'how long the link of a recording opens it without a token, ms; signed by JWT_SECRET; 0, or no secret: never',
  ),
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
  ARTIFACT_LINK_TTL_MS: integer(3_600_000, 0, 604_800_000).describe(
    'how long the link of a chart opens it without a token, ms; signed by JWT_SECRET; 0, or no secret: never',
  ),
  STREAM_CORS_ORIGIN: origins('*').describe('allowed browser origins, comma-separated; * is refused in production'),
};

const limits = {
  STREAM_RATE_LIMIT_MAX: integer(30, 1, 1_000_000).describe(
    'handshakes allowed per user, and per address, in a window',
  ),
  STREAM_RATE_LIMIT_WINDOW_MS: integer(60_000, 1000, 3_600_000).describe('length of that window, ms'),
  REST_RATE_LIMIT_MAX: integer(120, 1, 1_000_000).describe(
    'requests of each kind (records, files, administration) per user, and per address, in that window',
  ),
  WEBHOOK_RATE_LIMIT_MAX: integer(3_000, 1, 1_000_000).describe(
    'webhooks (of ElevenLabs, of Twilio) and probes (health, metrics), of each kind per address in a second',
  ),
  STREAM_MAX_CONCURRENT_SESSIONS: integer(5, 1, 1_000_000).describe('open sessions per user'),
  STREAM_MAX_SESSIONS: integer(1000, 1, 1_000_000).describe('open sessions of this process'),
  STREAM_MAX_LOOP_PERCENT: integer(85, 0, 100).describe(
    'share of its time that a process in production may be at work before new calls are answered with 503, percent; 0: any',
  ),
  STREAM_MAX_LOOP_DELAY_MS: integer(100, 0, 10_000).describe(
    'how late its event loop may be for that, on the average of some seconds, ms; 0: any',
  ),
  STREAM_MAX_MEMORY_PERCENT: integer(90, 0, 100).describe(
    'share of its heap, and of its container’s memory, that may be in use for that, percent; 0: any',
  ),
  STREAM_MAX_SESSION_MS: integer(3_600_000, 1000, 86_400_000).describe('longest session, ms'),
  STREAM_IDLE_TIMEOUT_MS: integer(60_000, 1000, 3_600_000).describe(
    'close when nothing came from the client for so long, ms',
  ),
  STREAM_RESUME_GRACE_MS: integer(30_000, 0, 600_000).describe(
    'how long a call waits for a client that has lost its connection, ms; 0: it ends at once',
  ),
  STREAM_OPUS_LINES: integer(100, 0, 10_000).describe(
    'clients at once that may have Opus in place of PCM, each way, where they ask for it; 0: none',
  ),
};

const telephone = {
  PUBLIC_ORIGIN: publicOrigin().describe(
    'where this server is reached from outside, such as https://voice.example.com: what Twilio is told and signs',
  ),
  TWILIO_AUTH_TOKEN: secret().describe(
    'auth token of the Twilio account: its calls are answered at POST /v1/twilio/voice; there is no telephone when empty',
  ),
  TWILIO_USER: text().describe(
    'user on whose behalf tools run for callers on the telephone (the `sub` of a token); when empty each number is a stranger who owns nothing',
  ),
  TWILIO_CLAIMS: claims().describe('further claims of that user, as JSON: {"name": "the front desk"}'),
};

const sip = {
  SIP_PORT: integer(0, 0, 65_535).describe(
    'port of the SIP endpoint, UDP and TCP, usually 5060; 0: off. One process only: not with several workers',
  ),
  SIP_HOST: textOr('0.0.0.0').describe('address on which SIP and RTP are listened for'),
  SIP_ADDRESS: text().describe(
    'IP address by which callers reach it, when that is another one (behind a NAT); this machine’s own when empty',
  ),
  SIP_RTP_PORTS: portRange('30000-31999').describe('UDP ports for the audio: two a call, open for the callers'),
  SIP_PEERS: networks().describe(
    'addresses and networks whose calls are taken without a password, such as those of a trunk or a PBX: 192.0.2.7,198.51.100.0/24',
  ),
  SIP_USERS: passwords().describe(
    'name:password of each who may call from anywhere, by digest authentication; passwords of at least 8 characters, without commas',
  ),
  SIP_DIGEST: chain(DIGEST_ALGORITHMS, 'MD5').describe(
    'what passwords are proved with, first to last: MD5, SHA-256; older telephones give up when they see one that they do not know',
  ),
  SIP_AGENT: text().describe('agent that answers; the default one when empty'),
  SIP_USER: text().describe(
    'user on whose behalf tools run for callers over SIP; when empty each is a stranger who owns nothing',
  ),
  SIP_CLAIMS: claims().describe('further claims of that user, as JSON: {"name": "the front desk"}'),
  SIP_RTP_TIMEOUT_MS: integer(30_000, 0, 3_600_000).describe(
    'a call that sends no audio for so long, and is not on hold, is over, ms; 0: never',
  ),
};

const asterisk = {
  ASTERISK_PASSWORD: secret().describe(
    'password of the Asterisk whose calls come over its WebSocket channel (/v1/asterisk), at least 32 characters; none comes when empty',
  ),
  ASTERISK_USER: text().describe(
    'user on whose behalf tools run for callers through Asterisk; when empty each is a stranger who owns nothing',
  ),
  ASTERISK_CLAIMS: claims().describe('further claims of that user, as JSON: {"name": "the front desk"}'),
};

const outbound = {
  OUTBOUND_PROVIDER: z
    .preprocess(blankIsAbsent, z.enum(OUTBOUND_PROVIDERS).optional())
    .describe(
      'who dials the calls of POST /v1/calls: twilio (to this server’s own agents), elevenlabs (ElevenLabs’ agent, through Twilio) or elevenlabs_sip (through a SIP trunk); nobody is dialled when empty',
    ),
  OUTBOUND_FROM: phoneNumber().describe('number that Twilio shows whoever is called, in E.164: one of the account’s'),
  TWILIO_ACCOUNT_SID: text().describe('SID of the Twilio account (AC...), for calls that are placed'),
  TWILIO_BASE_URL: url().describe('another address of Twilio’s API, for example https://api.dublin.ie1.twilio.com'),
  ELEVENLABS_AGENT_ID: text().describe('ElevenLabs’ id of the agent that talks in the calls that it places'),
  ELEVENLABS_PHONE_NUMBER_ID: text().describe('ElevenLabs’ id of the number that it calls from'),
  OUTBOUND_HOURS: hoursOfDay('09:00-20:00').describe(
    'when people may be called, by the clock of where they are; where a country has several, by all of them',
  ),
  OUTBOUND_ATTEMPTS_PER_DAY: integer(3, 1, 1000).describe('calls to one number in 24 hours, whatever came of them'),
  OUTBOUND_MAX_CONCURRENT: integer(10, 1, 10_000).describe('placed calls at once, of all workers'),
};

const providers = {
  PARLEY_BUSINESS: textOr('payments').describe(
    'whose installation this is: a folder of src, or the path of a folder such as ./examples/bookings',
  ),
  AGENTS_DIR: text().describe('folder of agent files; when empty agents, or that of a PARLEY_BUSINESS that is a path'),
  PRICES_FILE: text().describe('what providers charge, for the cost of calls; deploy/prices.yaml when empty'),
  USER_DAILY_BUDGET: z
    .preprocess(blankIsAbsent, decimal().positive().max(1_000_000).optional())
    .describe(
      'what the calls of one user may cost in a day (UTC), in the currency of the prices: then no more begin, and those that go on end; any amount when empty',
    ),
  BUDGET_WARN_PERCENT: integer(80, 1, 100).describe('part of it that is told to the call that has used it up, percent'),
  DEFAULT_AGENT: text().describe("agent of a session that names none; the business's own when empty"),
  STREAM_STT_PROVIDER: chain(STT_PROVIDERS, 'pocketsphinx').describe(
    `speech to text, first to last: ${STT_PROVIDERS.join(', ')}`,
  ),
  STREAM_LLM_PROVIDER: chain(LLM_PROVIDERS, 'rules').describe(
    `language model, first to last: ${LLM_PROVIDERS.join(', ')}`,
  ),
  STREAM_TTS_PROVIDER: chain(TTS_PROVIDERS, 'flite').describe(
    `text to speech, first to last: ${TTS_PROVIDERS.join(', ')}`,
  ),
  LLM_FIRST_TOKEN_MS: integer(15_000, 500, 300_000).describe(
    'how long a model may take to its first word, thought or tool call, ms; more for one that is loaded when it is asked',
  ),
  LLM_HEDGE: flag(false).describe(
    'when a first token is later than 95 % of that model’s were, ask the next model of the chain too and take the faster',
  ),
  VAD_PROVIDER: z
    .preprocess(blankIsAbsent, z.enum(VAD_PROVIDERS).default('silero'))
    .describe(
      'who hears that somebody speaks, in calls whose turns end by silence: silero, or energy (by level alone; takes other sounds for speech)',
    ),
  STREAM_STT_ROLLOUT: rollout(STT_PROVIDERS).describe(
    'shares of the callers in percent, for example whisper:10,deepgram>whisper:90; all get STREAM_STT_PROVIDER when empty',
  ),
  STREAM_LLM_ROLLOUT: rollout(LLM_PROVIDERS).describe('the same for language models'),
  STREAM_TTS_ROLLOUT: rollout(TTS_PROVIDERS).describe('the same for text to speech'),
  STREAM_ROLLOUT_WINDOW_MS: integer(300_000, 1000, 86_400_000).describe(
    'how far back the guard of a rollout looks, ms',
  ),
  STREAM_ROLLOUT_MAX_ERROR_PERCENT: z
    .preprocess(blankIsAbsent, decimal().min(0).max(100).default(1))
    .describe('percent of its uses that may fail before a canary’s callers go back to the baseline'),
  STREAM_ROLLOUT_MAX_P95_MS: integer(5000, 1, 600_000).describe(
    '95th percentile of its latency above which they go back as well, ms',
  ),
  STREAM_ROLLOUT_MIN_SAMPLES: integer(200, 1, 100_000).describe(
    'fewer uses are judged as if the missing ones had been good',
  ),
  ROLLOUT_PLANS_FILE: text().describe('by which steps rollouts may grow; deploy/rollout-plans.yaml when empty'),
  VOICE_ID: text().describe("the first provider's own name of the voice, instead of the agent's"),
  DEEPGRAM_API_KEY: text().describe('key of Deepgram'),
  DEEPGRAM_BASE_URL: url().describe('another address of Deepgram’s API (self-hosted)'),
  DEEPGRAM_MODEL: textOr('nova-3').describe('nova-3, flux-general-en or flux-general-multi'),
  DEEPGRAM_EAGER_EOT_THRESHOLD: z
    .preprocess(blankIsAbsent, decimal().min(0.3).max(0.9).optional())
    .describe(
      'Flux: confidence, 0.3 to 0.9, at which an answer is begun before the turn is surely over; off when empty',
    ),
  SPEECHMATICS_API_KEY: text().describe('key of Speechmatics'),
  SPEECHMATICS_URL: socketUrl().describe('another region or server of Speechmatics, wss://host/v2'),
  SPEECHMATICS_MODEL: z
    .preprocess(blankIsAbsent, z.enum(['standard', 'enhanced']).default('enhanced'))
    .describe('standard is faster and cheaper, enhanced more accurate'),
  WHISPER_SERVICE_URL: url().describe(
    'address of a Whisper server of your own; one that ends in /inference is whisper.cpp, others speak OpenAI’s wire',
  ),
  WHISPER_API_KEY: text().describe('key of that server, when it wants one'),
  WHISPER_API: z
    .preprocess(blankIsAbsent, z.enum(['openai', 'whispercpp']).optional())
    .describe('wire of that server, openai or whispercpp; by its address when empty'),
  STT_MODEL_SIZE: textOr('base').describe(
    'Whisper model: tiny to large-v3, turbo, or the server’s own name of a model',
  ),
  STREAM_NOISE_SUPPRESSION: z
    .preprocess(blankIsAbsent, z.enum(NOISE_SUPPRESSIONS).default('off'))
    .describe(
      'takes the noise out of what telephone callers say before it is recognised: off, or rnnoise (about 3 % of a core for each call); an agent’s file may say otherwise. Try it with your recogniser first: docs/speech.md',
    ),
  STT_INTERIM_MS: integer(0, 0, 10_000).describe(
    'whisper and openai: transcribe an unfinished utterance every so many ms, each time a request of its own; 0 never',
  ),
  DEEPGRAM_TTS_MODEL: textOr('aura-2-thalia-en').describe('voice of Deepgram when the agent names none'),
  OPENAI_API_KEY: text().describe('key of OpenAI; not needed when OPENAI_BASE_URL is a server of your own'),
  OPENAI_BASE_URL: url().describe(
    'another address of an OpenAI-compatible API, with its /v1 (Ollama, vLLM, Groq, ...)',
  ),
  OPENAI_MODEL: textOr('gpt-4o-mini').describe('chat model'),
  OPENAI_MAX_TOKENS_FIELD: z
    .preprocess(blankIsAbsent, z.enum(['max_completion_tokens', 'max_tokens']).default('max_completion_tokens'))
    .describe('max_tokens for compatible servers that know nothing else'),
  OPENAI_STREAM_USAGE: flag(true).describe('false for compatible servers that refuse stream_options'),
  OPENAI_STT_MODEL: textOr('gpt-4o-mini-transcribe').describe('transcription model'),
  OPENAI_TTS_MODEL: textOr('gpt-4o-mini-tts').describe('speech model'),
  OPENAI_TTS_BASE_URL: url().describe('another address for speech only; OPENAI_BASE_URL when empty'),
  OPENAI_TTS_API_KEY: text().describe('key of OPENAI_TTS_BASE_URL, when that server wants one'),
  ANTHROPIC_API_KEY: text().describe('key of Anthropic'),
  ANTHROPIC_BASE_URL: url().describe('another address of Anthropic’s API, without /v1'),
  ANTHROPIC_MODEL: textOr('claude-haiku-4-5').describe('chat model'),
  ANTHROPIC_THINKING: z
    .preprocess(blankIsAbsent, z.enum(['off', 'model']).default('off'))
    .describe('off: speak at once; model: leave it to the model, for those that refuse off'),
  CARTESIA_API_KEY: text().describe('key of Cartesia'),
  CARTESIA_BASE_URL: url().describe('another address of Cartesia’s API'),
  CARTESIA_MODEL: textOr('sonic-3').describe('speech model'),
  ELEVENLABS_API_KEY: text().describe('key of ElevenLabs'),
  ELEVENLABS_BASE_URL: url().describe(
    'another address of ElevenLabs’ API, for example https://api.eu.residency.elevenlabs.io',
  ),
  ELEVENLABS_MODEL: textOr('eleven_flash_v2_5').describe('speech model'),
  ELEVENLABS_WEBHOOK_SECRET: secret().describe(
    'secret with which ElevenLabs signs what it tells of calls (POST /webhooks/elevenlabs); no such routes when empty',
  ),
  AWS_REGION: text().describe('region of Amazon Polly, for example eu-central-1'),
  AWS_ACCESS_KEY_ID: text().describe(
    'with AWS_SECRET_ACCESS_KEY; when empty, the profile or the role of the machine counts',
  ),
  AWS_SECRET_ACCESS_KEY: text().describe('the secret of AWS_ACCESS_KEY_ID'),
  AWS_SESSION_TOKEN: text().describe('for credentials that end by themselves'),
  AWS_ENDPOINT_URL_POLLY: url().describe('another address of Polly'),
  POLLY_ENGINE: z
    .preprocess(blankIsAbsent, z.enum(['neural', 'generative', 'long-form', 'standard']).default('neural'))
    .describe('neural, generative, long-form or standard; the voice must speak with it'),
};

const data = {
  STREAM_WORKERS: integer(1, 1, 1024).describe(
    'how many processes share the callers, when something else than PM2 starts them; PM2 tells them by itself',
  ),
  WEB_CONCURRENCY: integer(0, 0, 1024).describe(
    'workers that PM2 starts; 0: one a core, or one alone where the database belongs to one process',
  ),
  DATABASE_URL: databaseUrl().describe(
    'postgresql://...; the embedded database, for one worker alone, when empty; memory:// keeps it in memory',
  ),
  SUPABASE_URL: url().describe(
    'tools go through this Supabase project when set; what calls leave behind goes to DATABASE_URL, also then',
  ),
  SUPABASE_ANON_KEY: text().describe('anon (publishable) key of that project; never the service role key'),
  REDIS_URL: redisUrl().describe(
    'redis://user:pass@host:port/0 that several instances share; each on its own when empty',
  ),
};

const transcription = {
  TRANSCRIBE_PROVIDER: chain(TRANSCRIBE_PROVIDERS, 'pocketsphinx').describe(
    `recognisers of POST /api/transcribe, first to last: ${TRANSCRIBE_PROVIDERS.join(', ')}`,
  ),
  TRANSCRIBE_MODELS: list('')
    .pipe(z.array(z.string().regex(/^[a-z]+:\S{1,64}$/)))
    .describe('models that a request may choose besides the provider’s own, as provider:model, comma-separated'),
  TRANSCRIBE_API_KEYS: list('')
    .pipe(z.array(z.string().min(32)))
    .describe('keys for X-API-Key, comma-separated, at least 32 characters each; none when empty'),
  TRANSCRIBE_MAX_BYTES: integer(25_000_000, 1000, 200_000_000).describe('largest file, bytes'),
  TRANSCRIBE_MAX_SECONDS: integer(600, 1, 7200).describe('longest audio, s'),
  TRANSCRIBE_RATE_LIMIT_MAX: integer(120, 1, 1_000_000).describe(
    'requests per caller in a window of STREAM_RATE_LIMIT_WINDOW_MS',
  ),
  TRANSCRIBE_MAX_CONCURRENT: integer(16, 1, 1000).describe(
    'files being transcribed at once; twice as many wait, for 5 s at most',
  ),
  TRANSCRIBE_CACHE_TTL_MS: integer(86_400_000, 1000, 2_592_000_000).describe('how long a transcript is kept, ms'),
  TRANSCRIBE_CACHE_BYTES: integer(33_554_432, 0, 10_000_000_000).describe(
    'memory for transcripts, bytes; 0 keeps none, in Redis neither',
  ),
  FFMPEG_PATH: textOr('ffmpeg').describe('name or path of ffmpeg, which decodes everything but WAV and raw PCM'),
};

const tools = {
  SMTP_URL: smtpUrl().describe(
    'smtp://user:pass@host:port of the mail server; e-mail is refused politely when this and MAIL_FUNCTION_URL are empty',
  ),
  MAIL_FUNCTION_URL: url().describe(
    'address of the Supabase edge function send-email-report, which sends instead of a mail server',
  ),
  MAIL_FUNCTION_SECRET: secret().describe('what the function knows the server by, at least 32 characters'),
  MAIL_WEBHOOK_SECRET: z
    .preprocess(
      blankIsAbsent,
      z
        .string()
        .regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/)
        .optional(),
    )
    .describe(
      'what whoever delivers mail signs with when it tells what became of it (POST /webhooks/mail; Resend’s signing secret, whsec_...); no such route when empty',
    ),
  MAIL_FROM: textOr('Julia <julia@parley.invalid>').describe('sender of reports'),
  MAIL_DOMAINS: domains().describe(
    'domains that reports may go to, comma-separated, *.example.com for all below one; besides them only a client’s own address; all when empty, and a new address is then asked about as one',
  ),
  MAIL_DAILY_LIMIT: integer(50, 1, 100_000).describe(
    'reports that one user may send in 24 hours, one for each address',
  ),
  TAVILY_API_KEY: text().describe('key of Tavily for web_search'),
  BRAVE_API_KEY: text().describe('key of Brave Search for web_search'),
  SEARXNG_URL: url().describe(
    'address of a SearXNG of your own for web_search; json has to be among the search.formats of its settings.yml',
  ),
  WEB_SEARCH_PROVIDER: z
    .preprocess(blankIsAbsent, z.enum(['tavily', 'brave', 'searxng', 'wikipedia', 'none']).optional())
    .describe(
      'web search to use, which is sent what callers ask and the documents do not answer; by default the first of tavily, brave and searxng that has a key or an address, else in development wikipedia and elsewhere none',
    ),
  WEB_SEARCH_BASE_URL: url().describe('another address of the API of tavily, brave or wikipedia'),
  TOOLS_DIR: text().describe('folder of your own tools, a file each that ends in .tool.js or .tool.mjs'),
  MCP_SERVERS_FILE: text().describe(
    'JSON file of MCP servers whose tools agents may use ({"mcpServers": {...}}); ${NAME} in it is a setting',
  ),
  STREAM_CONTEXT_ENRICHMENT: list('')
    .pipe(z.array(z.enum(ENRICHMENTS)))
    .describe(
      `what the model is told of the world beside the talk: ${ENRICHMENTS.join(', ')}; fetched beside the calls from the addresses below, nothing when empty`,
    ),
  ENRICHMENT_COINS: list('bitcoin,ethereum').describe('coins whose prices are told, by CoinGecko’s ids'),
  ENRICHMENT_CURRENCY: textOr('usd').describe('what they are told in'),
  COINGECKO_BASE_URL: url().describe('another address of CoinGecko’s API'),
  NEWS_FEEDS: urls('https://feeds.bbci.co.uk/news/world/rss.xml').describe(
    'RSS or Atom feeds whose headlines are told, comma-separated',
  ),
};

const webhooks = {
  WEBHOOK_URLS: urls('').describe(
    'addresses that are told what happens to calls (Standard Webhooks), comma-separated; nobody when empty',
  ),
  WEBHOOK_SECRETS: list('')
    .pipe(z.array(z.string().regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/)))
    .describe(
      'what these events are signed with: whsec_ and base64 of 24 bytes or more; two, comma-separated, while they are changed',
    ),
};

const documents = {
  EMBEDDINGS_PROVIDER: z
    .preprocess(blankIsAbsent, z.enum(['local', 'openai', 'none']).optional())
    .describe(
      'who tells what documents and questions mean: local (English, on this machine, 120 MB), openai (any server that speaks its wire), or none, and they are found by their words alone; by default openai when its address or key is set, else local',
    ),
  EMBEDDINGS_BASE_URL: url().describe(
    'address of an OpenAI-compatible API with /embeddings, with its /v1; OpenAI’s own when only the key is set',
  ),
  EMBEDDINGS_API_KEY: text().describe('key of that API, when it wants one'),
  EMBEDDINGS_MODEL: textOr('text-embedding-3-small').describe(
    'embedding model; documents that another one has embedded are found by their words until they are added again',
  ),
  EMBEDDINGS_TIMEOUT_MS: integer(300, 50, 4000).describe(
    'longest wait for the meaning of a question, ms; later documents are found by its words alone',
  ),
};

/** Every key, in the groups and the order of `.env.stream.example`. */
export const ENV_GROUPS = [
  { title: 'Server', shape: server },
  { title: 'Auth', shape: auth },
  { title: 'Limits', shape: limits },
  { title: 'Telephone', shape: telephone },
  { title: 'SIP', shape: sip },
  { title: 'Asterisk', shape: asterisk },
  { title: 'Outbound calls', shape: outbound },
  { title: 'Agents and providers', shape: providers },
  { title: 'Data', shape: data },
  { title: 'Transcription', shape: transcription },
  { title: 'Tools', shape: tools },
  { title: 'Webhooks', shape: webhooks },
  { title: 'Documents', shape: documents },
] as const;

export const envSchema = z.object({
  ...server,
  ...auth,
  ...limits,
  ...telephone,
  ...sip,
  ...asterisk,
  ...outbound,
  ...providers,
  ...data,
  ...transcription,
  ...tools,
  ...webhooks,
  ...documents,
});

export type Env = z.infer<typeof envSchema>;
export type EnvKey = keyof Env;
