// A conversation as plain data: what another process needs to go on with the same call. Audio is not in it, and nothing
// that the agent's file, the token or the server's settings say: whoever restores brings those.
import { z } from 'zod';

export const SNAPSHOT_VERSION = 1;

const ms = z.number().nonnegative();
const count = z.number().int().nonnegative();

const word = z.object({
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  confidence: z.exactOptional(z.number()),
});

const call = z.object({ id: z.string(), name: z.string(), arguments: z.string() });

const callRecord = z.object({
  call,
  /** Result as JSON; empty while the call runs. */
  content: z.string(),
});

const calls = z.object({ calls: z.array(callRecord) });

const entry = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), text: z.string() }),
  z.object({
    role: z.literal('reply'),
    items: z.array(z.union([z.object({ text: z.string() }), calls])),
    interrupted: z.boolean(),
  }),
]);

/** Pieces of a reply laid end to end, each as long as its audio (ms) or, where the client speaks, its text (characters). */
const mouth = z.object({
  unit: z.enum(['ms', 'chars']),
  /** How much has been heard, as far as the client has told, in that unit. */
  position: z.number().nonnegative(),
  pieces: z.array(
    z.object({
      text: z.string(),
      spoken: z.string(),
      startMs: z.number(),
      durationMs: z.number(),
      complete: z.boolean(),
      words: z.array(word),
    }),
  ),
});

const question = z.object({
  call,
  statement: z.string(),
  ask: z.string(),
});

const reply = z.object({
  id: z.string(),
  kind: z.enum(['answer', 'disclosure', 'greeting', 'prompt', 'goodbye', 'report', 'unheard', 'supervisor']),
  turnId: z.exactOptional(z.string()),
  /** All of it is written. */
  written: z.boolean(),
  items: z.array(
    z.union([
      z.object({
        /** Heard before, in another process. */
        said: z.string(),
        /** Its pieces, by their place in `mouth.pieces`. */
        segments: z.array(count),
        filler: z.boolean(),
        /** It states what would be done, and asks for a yes. */
        asks: z.exactOptional(z.boolean()),
      }),
      calls,
    ]),
  ),
  mouth,
  /** What the turn that it answers has said to a question. */
  answer: z.exactOptional(z.object({ verdict: z.enum(['yes', 'no']), number: count, question })),
  /** What it asks at its end. */
  question: z.exactOptional(question),
});

const turn = z.object({
  turns: count,
  replies: count,
  prompts: count,
  news: z.boolean(),
  unheard: z.boolean(),
  committing: z.boolean(),
  /** See TurnState. */
  disclosing: z.exactOptional(z.object({ greet: z.boolean(), tries: count })),
  /** See Attended. */
  attended: z.exactOptional(
    z.object({
      by: z.string(),
      waiting: z.exactOptional(z.object({ id: z.string(), text: z.string() })),
      says: z.array(z.string()),
    }),
  ),
  /** Settled words of a turn that is not over; the others are heard again. */
  open: z.exactOptional(z.object({ id: z.string(), finals: z.string(), over: z.exactOptional(z.boolean()) })),
});

export const conversationSnapshot = z.object({
  version: z.literal(SNAPSHOT_VERSION),
  /** Since the call began. */
  elapsedMs: ms,
  /** The caller's audio up to here is in the words of this snapshot, or was nobody's: what comes after it is heard again. */
  heardMs: ms,
  /** Unknown when absent. */
  consent: z.exactOptional(z.enum(['given', 'refused'])),
  turn,
  /** What is left of each timer, ms. */
  timers: z.partialRecord(z.enum(['endpoint', 'pause', 'idle', 'still', 'interruption', 'commit']), ms),
  context: z.object({ turns: count, summary: z.exactOptional(z.string()), entries: z.array(entry) }),
  gate: z.object({
    heard: count,
    open: z.exactOptional(z.object({ question, number: count, turn: z.exactOptional(count) })),
  }),
  /** What supervisors have told the model. */
  instructions: z.exactOptional(z.array(z.string())),
  /** Results that came after their reply and have not been told. */
  late: z.array(callRecord),
  /** See ToolCallsSnapshot. */
  calls: z.object({
    alone: z.array(z.object({ call, responseId: z.string() })),
    begun: z.exactOptional(count),
    settled: z.exactOptional(callRecord),
  }),
  /** The caller's latest words. */
  words: z.array(word),
  reply: z.exactOptional(reply),
});

type Plain<T> = T extends object ? { readonly [Key in keyof T]: Plain<T[Key]> } : T;

export type ConversationSnapshot = Plain<z.infer<typeof conversationSnapshot>>;
export type ReplySnapshot = Plain<z.infer<typeof reply>>;
export type MouthSnapshot = Plain<z.infer<typeof mouth>>;
export type ContextSnapshot = ConversationSnapshot['context'];
export type TurnSnapshot = ConversationSnapshot['turn'];

/** What was given to restore is not a conversation that this server can go on with. */
export class SnapshotRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SnapshotRefused';
  }
}

/** Throws SnapshotRefused, without a word of what is in it. */
export function readSnapshot(value: unknown): ConversationSnapshot {
  const version = z.object({ version: z.unknown() }).safeParse(value).data?.version;
  if (version !== SNAPSHOT_VERSION) {
    throw new SnapshotRefused(
      `The call was stored by another version of the server (${typeof version === 'number' ? version : 'unknown'}); this one reads version ${SNAPSHOT_VERSION}.`,
    );
  }
  const parsed = conversationSnapshot.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new SnapshotRefused(`The stored call is damaged at "${where}".`);
}
