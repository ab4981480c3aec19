// What an agent file may say. The tunables' meaning, units and defaults are in src/conversation/options.ts.
import { z } from 'zod';
import { answerPolicySchema } from '../answering/answer-policy.js';
import { isLanguageTag, NO_LANGUAGE_TAG } from '../bounds/language-tag.port.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { defaultContextOptions, defaultReplyOptions, defaultTurnOptions } from '../conversation/options.js';
import { type Disclosure, disclosureIn } from './disclosure.js';
import { ENTITY_KINDS } from '../redaction/entity.js';
import { isPattern } from '../redaction/finders.js';
import { outcomeSchema } from './outcome.schema.js';
import { isTimeZone } from './locale.js';
import { LLM_PROVIDERS, NOISE_SUPPRESSIONS, STT_PROVIDERS, TTS_PROVIDERS } from '../config/env.schema.js';

const ms = (fallback: number, max = 3_600_000) => z.number().min(0).max(max).default(fallback);
const count = (fallback: number, max = 100) => z.number().int().min(0).max(max).default(fallback);
const chain = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.array(z.enum(names)).min(1).optional();

const turn = defaultTurnOptions;
const reply = defaultReplyOptions;

const languageTag = z
  .string()
  .refine((tag) => isLanguageTag(tag) && /^[a-z]{2,3}(-|$)/.test(tag), { error: NO_LANGUAGE_TAG });

const voiceName = z.string().min(1).max(100);

const voiceSchema = z.union([z.string().max(100), z.partialRecord(z.enum(TTS_PROVIDERS), voiceName)], {
  error: `must be a voice, or voices by provider (${TTS_PROVIDERS.join(', ')})`,
});

/** Voices that calls may choose: their providers' own names, or those by names to read. */
const offeredVoices = z.union([z.array(voiceName).max(50), z.record(z.string().trim().min(1).max(60), voiceName)], {
  error: 'must be a list of voices, or voices by a name to read',
});

/** Providers, and voices of those that speak, that a call may ask for in place of the agent's own. */
const choicesSchema = z
  .strictObject({
    stt: z.array(z.enum(STT_PROVIDERS)).default([]),
    llm: z.array(z.enum(LLM_PROVIDERS)).default([]),
    tts: z
      .partialRecord(
        z.enum(TTS_PROVIDERS),
        offeredVoices.transform((voices) =>
          Array.isArray(voices)
            ? voices.map((id) => ({ id, name: id }))
            : Object.entries(voices).map(([name, id]) => ({ id, name })),
        ),
      )
      .default({}),
  })
  .or(z.literal(false).transform(() => ({ stt: [], llm: [], tts: {} })));

const disclosureText = z.string().trim().min(1).max(1000);

const phrase = z.string().min(1).max(500).exactOptional();

/** Where callers may be put through to a person; the model knows the names, and never a number. */
const transfer = z
  .strictObject({
    destinations: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'must be small letters, digits and _' }),
        z.strictObject({
          number: z.string().regex(/^\+[1-9]\d{6,14}$/, { error: 'must be a number in E.164, such as +4930123456' }),
          /** In a sentence to the caller: "our billing department". */
          called: z.string().trim().min(1).max(100),
          /** What the person hears first, before he is asked. */
          says: z.string().trim().min(1).max(500),
          /** Whether he is asked; otherwise whoever answers has the caller at once. */
          consult: z.boolean().default(true),
        }),
      )
      .default({}),
    /** How long his telephone may ring, ms. */
    ringMs: z.number().min(5_000).max(60_000).default(25_000),
  })
  .prefault({});

const redactedKinds = z
  .array(
    z.union([
      z.enum(ENTITY_KINDS),
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9]{0,31}$/, { error: 'must be small letters and digits' }),
        pattern: z
          .string()
          .min(1)
          .max(500)
          .refine(isPattern, { error: 'must be a regular expression that RE2 can do' }),
      }),
    ]),
  )
  .max(32);

const fileSchema = z.strictObject({
  name: z.string().trim().min(1).max(64),
  language: languageTag.default('en-US'),
  /** What callers may speak where that is not the agent's language alone: another tag, or `multi` (Deepgram, Whisper). */
  recognition: z
    .strictObject({
      language: z.union([z.literal('multi'), languageTag]).optional(),
      /** Of its telephone calls; what STREAM_NOISE_SUPPRESSION says where it is left out. */
      noiseSuppression: z.enum(NOISE_SUPPRESSIONS).optional(),
    })
    .prefault({}),
  /** Where "today" is for every caller; without it the token's `zoneinfo`, the variable `timezone`, or the process decides. */
  timezone: z.string().refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' }).optional(),
  /** The first provider's own name of the voice, or the names by provider. */
  voice: voiceSchema.optional(),
  /** What callers must hear before anything else; see disclosure.ts. */
  disclosure: z
    .union([
      z.boolean(),
      disclosureText,
      z.strictObject({
        text: z.union([disclosureText, z.record(languageTag, disclosureText)]).exactOptional(),
        recorded: z.boolean().default(false),
        /** What speaks it in a language that the agent's voice does not: voices as above, by language. */
        voice: z.record(languageTag, voiceSchema).default({}),
      }),
    ])
    .default(false),
  greeting: z.string().max(1000).default(''),
  /** What of its calls may be kept; see docs/privacy.md. */
  privacy: z.enum(['standard', 'minimal', 'zero']).default('standard'),
  /** Whether words may be kept only once the caller has agreed, and how the agent asks for that. */
  consent: z
    .strictObject({
      needed: z.boolean().default(false),
      question: z
        .strictObject({
          statement: z.string().trim().min(1).max(500),
          ask: z.string().trim().min(1).max(200),
        })
        .exactOptional(),
    })
    .prefault({}),
  /** Whether the audio of its calls is kept; see docs/recordings.md. */
  recording: z.enum(['off', 'with-consent', 'on']).default('off'),
  /** Values of callers that neither models nor records see; a list is short for its kinds. */
  redact: z
    .union([redactedKinds, z.strictObject({ kinds: redactedKinds, speak: z.boolean().default(false) })])
    .transform((asked) => ('kinds' in asked ? asked : { kinds: asked, speak: false }))
    .default({ kinds: [], speak: false }),
  instructions: z.string().trim().min(1).max(20_000),
  /** What the agent says by itself; what is left out, its language has words for. */
  phrases: z
    .strictObject({
      idlePrompt: phrase,
      goodbye: phrase,
      apology: phrase,
      unheard: phrase,
      wordless: phrase,
      cutShort: phrase,
      withheld: phrase,
      fillers: z.array(z.string().min(1).max(200)).max(20).exactOptional(),
    })
    .prefault({}),
  tools: z.array(z.string().min(1)).max(64).default([]),
  /** Tools of MCP servers that change nothing, as far as their servers say so too: they run without a question. */
  reads: z.array(z.string().min(1)).max(64).default([]),
  /** Tools that the client runs: it is told `tool.call`, and answers with `tool.answer`. */
  clientTools: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, _ and -' }),
        description: z.string().trim().min(1).max(2000),
        /** JSON schema of its arguments. */
        parameters: z.record(z.string(), z.unknown()).default({ type: 'object', properties: {} }),
        /** `write` is asked about before. */
        effect: z.enum(['read', 'write']).default('write'),
        timeoutMs: z.number().int().min(100).max(120_000).default(10_000),
      }),
    )
    .max(32)
    .default([]),
  /** Numbers that callers dictate here: the words that they follow, and how many digits they have at least. */
  dictation: z
    .strictObject({
      after: z.array(z.string().trim().toLowerCase().min(1).max(50)).max(50).default([]),
      digits: z.number().int().min(1).max(20).default(4),
    })
    .prefault({}),
  keyTerms: z.array(z.string().min(1).max(100)).max(100).default([]),
  providers: z
    .strictObject({ stt: chain(STT_PROVIDERS), llm: chain(LLM_PROVIDERS), tts: chain(TTS_PROVIDERS) })
    .refine(({ tts }) => tts === undefined || tts.length === 1 || !tts.includes('browser'), {
      path: ['tts'],
      error: 'the client speaks by itself: name browser alone, or leave it out',
    })
    .prefault({}),
  /** What a call may ask for instead; when absent, in development all that is configured, and elsewhere nothing. */
  choices: choicesSchema.optional(),
  turn: z
    .strictObject({
      mode: z.enum(['provider', 'vad', 'manual']).default(turn.mode),
      interruptible: z.boolean().default(turn.interruptible),
      minInterruptionWords: count(turn.minInterruptionWords, 20),
      interruptionMs: ms(turn.interruptionMs, 5000),
      interruptionWordMs: ms(turn.interruptionWordMs, 5000),
      falseAlarmMs: ms(turn.falseAlarmMs),
      maxPauseMs: ms(turn.maxPauseMs),
      minSilenceMs: ms(turn.minSilenceMs),
      maxSilenceMs: ms(turn.maxSilenceMs),
      providerSilenceMs: ms(turn.providerSilenceMs),
      commitMs: ms(turn.commitMs),
      speculate: z.boolean().default(turn.speculate),
      stillMs: ms(turn.stillMs),
      maxDrafts: count(turn.maxDrafts, 10),
      idlePromptMs: ms(turn.idlePromptMs),
      maxIdlePrompts: count(turn.maxIdlePrompts),
    })
    .refine((options) => options.minSilenceMs <= options.maxSilenceMs, {
      error: 'minSilenceMs must not be larger than maxSilenceMs',
    })
    .prefault({}),
  reply: z
    .strictObject({
      maxToolRounds: count(reply.maxToolRounds, 20),
      maxToolCalls: z.number().int().min(1).max(32).default(reply.maxToolCalls),
      maxReplyChars: z.number().int().min(100).max(100_000).default(reply.maxReplyChars),
      maxAheadMs: z.number().min(500).max(120_000).default(reply.maxAheadMs),
      replyDeadlineMs: z.number().min(1000).max(600_000).default(reply.replyDeadlineMs),
      playbackGraceMs: ms(reply.playbackGraceMs, 60_000),
      patienceAfterMs: ms(reply.patienceAfterMs, 60_000),
      fillerAfterMs: ms(reply.fillerAfterMs, 60_000),
      fillerEveryMs: z.number().min(1000).max(600_000).default(reply.fillerEveryMs),
      toolProgressMs: ms(reply.toolProgressMs, 60_000),
      detachToolMs: ms(reply.detachToolMs, 600_000),
    })
    .prefault({}),
  context: z
    .strictObject({ maxTokens: z.number().int().min(1000).max(2_000_000).default(defaultContextOptions.maxTokens) })
    .prefault({}),
  /** Calls that it places: who has answered is found out before anything is said (docs/outbound.md). */
  answering: answerPolicySchema.exactOptional(),
  transfer,
  /** What is to be known of a call when it is over, besides its summary (docs/after-the-call.md). */
  outcome: outcomeSchema.default({}),
  limits: z
    .strictObject({
      maxSessionMs: z.number().min(1000).max(86_400_000).optional(),
      /** In the currency of the prices (docs/cost.md). */
      maxCost: z.number().positive().max(1e6).optional(),
    })
    .prefault({}),
});

export const agentSchema = fileSchema
  .refine(({ privacy, recording }) => recording === 'off' || privacy === 'standard', {
    path: ['recording'],
    error: 'must be off: `privacy: minimal` and `zero` keep nothing that is said',
  })
  .transform(({ phrases, disclosure, ...agent }, context) => ({
    ...agent,
    disclosure: disclosureOf(agent.language, disclosure, context),
    phrases: { ...lexiconFor(agent.language).stock, ...phrases },
  }));

/** What callers must hear; undefined when nothing. There are words for it in the agent's own language. */
function disclosureOf(
  language: string,
  asked: z.infer<typeof fileSchema>['disclosure'],
  context: z.RefinementCtx,
): Disclosure | undefined {
  if (asked === false) return undefined;
  const usual = { recorded: false, voice: {} };
  const own = typeof asked === 'object' ? asked : { ...usual, ...(asked === true ? {} : { text: asked }) };
  if (disclosureIn(language, own) === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['disclosure', 'text'],
      message: `there are no usual words in ${language}: write them`,
    });
  }
  return own;
}

/** The name of a voice, or names by provider. */
export type AgentVoice = z.infer<typeof voiceSchema>;
export type Agent = z.infer<typeof agentSchema>;
