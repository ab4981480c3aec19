// What a scenario may say. docs/evaluation.md explains it with examples; every fault is one line that names the place.
import { z } from 'zod';
import { EVENT_NAMES, isEventName, type EventName } from './events.js';
import { asRegExp } from './pattern.js';
import { parseDuration, parseMoment, parseSpan, type Moment, type Span } from './times.js';

/** A text in one of the small languages, read at once. */
const read = <T>(parse: (text: string) => T | undefined, example: string) =>
  z.string().transform((text, context): T => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `cannot read "${text}"; say it like ${example}` });
    return z.NEVER;
  });

const duration = read(parseDuration, '"400 ms" or "1.5 s"');
const moment = read<Moment>(
  parseMoment,
  '"response.started + 400 ms", "word 3", "last word", "heard 1.5 s" or "+ 1 s"',
);
const span = read<Span>(parseSpan, '"800 ms" or "800 ms of caller.stopped"');
const eventName = read<EventName>(
  (text) => (isEventName(text) ? text : undefined),
  `an event: ${[...EVENT_NAMES].join(', ')}`,
);
const pattern = z.string().refine((text) => !throws(() => asRegExp(text)), { error: 'is not a regular expression' });

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}

export interface Matcher {
  readonly event: EventName;
  /** undefined: any. */
  readonly pattern: unknown;
}

/** Takes the one key that names an event out of a mapping. */
function matcherOf(entry: Readonly<Record<string, unknown>>, context: z.RefinementCtx): Matcher {
  const [first, ...rest] = Object.entries(entry);
  if (first === undefined || rest.length > 0 || !isEventName(first[0])) {
    const named = Object.keys(entry).join('", "');
    context.addIssue({ code: 'custom', message: `"${named}" must be one event: ${[...EVENT_NAMES].join(', ')}` });
    return z.NEVER;
  }
  const [event, value] = first;
  return { event, pattern: value === null ? undefined : value };
}

export interface Expectation extends Matcher {
  readonly within?: Span;
  readonly notBefore?: Span;
}

const asMapping = (value: unknown): unknown => (typeof value === 'string' ? { [value]: null } : value);

const expectation = z.preprocess(
  asMapping,
  z
    .looseObject({ within: span.optional(), notBefore: span.optional() })
    .transform(({ within, notBefore, ...rest }, context): Expectation => ({
      ...matcherOf(rest, context),
      ...(within === undefined ? {} : { within }),
      ...(notBefore === undefined ? {} : { notBefore }),
    })),
);

export interface Ban extends Matcher {
  /** Only from the first of these on. */
  readonly after?: EventName;
}

const ban = z.preprocess(
  asMapping,
  z.looseObject({ after: eventName.optional() }).transform(({ after, ...rest }, context): Ban => ({
    ...matcherOf(rest, context),
    ...(after === undefined ? {} : { after }),
  })),
);

const at = { at: moment.optional() };

/** Events of a recogniser, by hand. Texts and times as in src/stt/stt.port.ts. */
const recogniserEvent = z.union([
  z.enum(['speech.started', 'speech.stopped', 'turn.resumed', 'turn.ended']).transform((type) => ({ type })),
  z.strictObject({ partial: z.string() }).transform(({ partial: text }) => ({ type: 'partial' as const, text })),
  z
    .strictObject({ final: z.string(), confidence: z.number().min(0).max(1).default(0.98) })
    .transform(({ final: text, confidence }) => ({ type: 'final' as const, text, confidence })),
  z.strictObject({ eager: z.string() }).transform(({ eager: text }) => ({ type: 'eager' as const, text })),
  z.strictObject({ wait: duration }).transform(({ wait: ms }) => ({ type: 'wait' as const, ms })),
]);

const NOISES = ['cough', 'door', 'hum'] as const;

const step = z.union(
  [
    z.strictObject({
      ...at,
      say: z.string().describe('spoken; "[800 ms]" inside is a pause'),
      confidence: z.number().min(0).max(1).optional(),
    }),
    z.strictObject({ ...at, type: z.string() }),
    z.strictObject({ ...at, noise: z.enum(NOISES), for: duration.prefault('300 ms') }),
    z.strictObject({ ...at, recogniser: z.array(recogniserEvent).min(1) }),
    z.strictObject({
      ...at,
      send: z.enum(['input.commit', 'input.clear', 'response.cancel', 'session.end']),
    }),
  ],
  { error: 'must be one of say, type, noise, recogniser, send (with its own options and at)' },
);

const modelLine = z
  .strictObject({
    when: pattern.optional().describe('of the caller’s last words; any when absent'),
    afterTool: z.string().optional().describe('answers the result of this tool'),
    outcome: pattern.optional().describe('of that result, JSON'),
    reply: z.string().optional(),
    call: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    firstToken: duration.prefault('0 ms'),
    betweenTokens: duration.prefault('0 ms'),
  })
  .refine(({ reply, call }) => reply !== undefined || call !== undefined, { error: 'needs a reply or a call' });

const contextMessage = z.union(
  [
    z.strictObject({ user: pattern }),
    z.strictObject({ assistant: pattern, interrupted: z.boolean().default(false) }),
    z.strictObject({ tool: z.string(), ok: z.boolean().optional(), content: pattern.optional() }),
  ],
  { error: 'must be user, assistant or tool' },
);

const room = z.strictObject({
  noise: z
    .strictObject({
      snr: z.number().min(-10).max(60).describe('dB below the speech'),
      kind: z.enum(['pink', 'brown']).default('pink'),
    })
    .optional(),
  echo: z
    .strictObject({ delay: duration, attenuation: z.number().min(0).max(60).describe('dB') })
    .optional()
    .describe('the agent’s own audio, as it was heard, comes back through the microphone'),
});

export const scenarioSchema = z.strictObject({
  about: z.string().min(1),
  kind: z.enum(['spoken', 'scripted']),
  pending: z.string().optional().describe('why it cannot pass yet; run and reported, not counted'),
  fast: z.boolean().optional().describe('part of the fast form; scripted ones are'),
  /** What differs from the evaluation's own agent: see src/agents/agent.schema.ts. */
  agent: z.record(z.string(), z.unknown()).default({}),
  voice: z.enum(['slt', 'rms', 'awb']).default('rms').describe('of the caller'),
  room: room.default({}),
  recogniser: z
    .strictObject({
      word: duration.prefault('120 ms').describe('a word takes so long'),
      final: duration.prefault('250 ms').describe('from the last word to its final'),
      eager: duration.optional().describe('from the last word to turn.eager; none when absent'),
      endpointing: z.boolean().default(true),
    })
    .prefault({}),
  model: z.array(modelLine).min(1).optional().describe('scripted answers; the rules planner when absent'),
  tools: z
    .record(z.string(), z.strictObject({ takes: duration }))
    .default({})
    .describe('makes a tool slow'),
  caller: z.array(step).default([]),
  expect: z.array(expectation).default([]),
  never: z.array(ban).default([]),
  linger: duration.prefault('300 ms').describe('how long nothing else may happen after the last expectation'),
  turns: z.number().int().min(0).describe('answers that the caller should hear'),
  interruptions: z.number().int().min(0).default(0).describe('replies that the caller means to stop'),
  count: z.record(z.string(), z.number().int().min(0)).default({}),
  requests: z.number().int().min(0).optional().describe('how often the model is asked, drafts included'),
  context: z.array(contextMessage).optional(),
  contextLacks: z.array(pattern).default([]),
  mails: z.record(z.string(), z.number().int().min(0)).default({}).describe('how many each address gets'),
  spoken: z.array(pattern).default([]).describe('what the voice was given, over the whole call'),
  spokenLacks: z.array(pattern).default([]),
});

const fileSchema = z.strictObject({
  about: z.string().min(1),
  scenarios: z.record(z.string().regex(/^[a-z0-9-]+$/, { error: 'names are words and hyphens' }), scenarioSchema),
});

export type ScenarioBody = z.output<typeof scenarioSchema>;
export type Step = z.output<typeof step>;
export type ModelLine = z.output<typeof modelLine>;
export type ContextMessage = z.output<typeof contextMessage>;
export type RecogniserEvent = z.output<typeof recogniserEvent>;

/** A file's scenarios, checked; or what is wrong with it, a line a fault. */
export function readScenarios(content: unknown): { scenarios: Record<string, ScenarioBody> } | { faults: string[] } {
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return { scenarios: parsed.data.scenarios };
  return { faults: parsed.error.issues.map((issue) => lineOf(issue)) };
}

/** "scenarios.a-cough.caller[1].at: cannot read ...". A union's own message hides the one that fits: it is dug out. */
function lineOf(issue: z.core.$ZodIssue, parents: readonly PropertyKey[] = []): string {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union') {
    const best = issue.errors.find((errors) =>
      errors.every((one) => one.path.length > 0 && one.code !== 'unrecognized_keys'),
    );
    const inner = best?.[0];
    if (inner !== undefined) return lineOf(inner, path);
  }
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return `${place.slice(1)}: ${issue.message}`;
}
