import { z } from 'zod';
import { MAX_CELL_CHARS, MAX_TABLE_COLUMNS, MAX_TABLE_ROWS } from '../bounds/texts.port.js';
import { audioFormatSchema } from './audio-format.js';
import { turnDetectionSchema } from './client-messages.js';
import { ERRORS, type ErrorCode } from './errors.js';

// What the server says. Text frames hold one of these; binary frames hold the reply's audio: all binary frames between
// response.started and response.audio_done (or response.interrupted) belong to that response.

export const errorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

const ms = () => z.number().min(0);

const seq = z.number().int().min(1).optional();

/**
 * One message. `seq` numbers what the call says, from 1 up; a message without it (pong, an error about a frame) belongs to
 * its socket only and is never sent again.
 */
const message = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape, seq });

/** What the client has to know of its session, told when it starts and again when it is resumed. */
const sessionShape = {
  protocol: z.number(),
  sessionId: z.string(),
  agent: z.string(),
  audio: z.object({ input: audioFormatSchema, output: audioFormatSchema }),
  turnDetection: turnDetectionSchema,
  recognition: z
    .enum(['server', 'client'])
    .optional()
    .describe('who recognises the speech: client sends input.transcript; the server, from audio, when absent'),
  limits: z.object({
    maxFrameBytes: z.number().describe('largest frame accepted, bytes'),
    maxSessionMs: z.number().describe('longest session, ms'),
    idleTimeoutMs: z.number().describe('close when no frame came from the client for so long, ms'),
  }),
  resumeToken: z
    .string()
    .optional()
    .describe('what session.resume has to show; a secret of this call, good for one use'),
  resumeGraceMs: ms()
    .optional()
    .describe('how long the call waits for session.resume after its socket is gone; 0 or absent: not at all'),
};

export const artifactSchema = z.object({
  kind: z.enum(['chart', 'email', 'file']),
  title: z.string(),
  url: z
    .string()
    .optional()
    .describe('path on this server; opens with the same token, and for a while by the signature in its query alone'),
  mediaType: z.string(),
  alt: z.string().optional().describe('what a picture shows, for those who cannot see it'),
});

const sourceSchema = z.object({
  title: z.string(),
  spoken: z.string().optional().describe('as it is named in a sentence: "our refund policy, updated in May"'),
  heading: z.string().optional().describe('headings above the passage, outermost first, with " > " between them'),
  updated: z.string().optional().describe('day of the last change, YYYY-MM-DD'),
  url: z.string().optional().describe('http or https; absent when it has no page of its own'),
});

const cellSchema = z.union([z.string().max(MAX_CELL_CHARS), z.number(), z.null()]);

export const tableSchema = z.object({
  title: z.string().max(MAX_CELL_CHARS),
  columns: z
    .array(
      z.object({
        name: z.string().max(MAX_CELL_CHARS),
        kind: z.enum(['text', 'date', 'number', 'money']).describe('date: YYYY-MM-DD'),
        currency: z
          .string()
          .max(MAX_CELL_CHARS)
          .optional()
          .describe('of money; ISO 4217 where the records keep to that'),
      }),
    )
    .max(MAX_TABLE_COLUMNS)
    .readonly(),
  rows: z.array(z.array(cellSchema).max(MAX_TABLE_COLUMNS).readonly()).max(MAX_TABLE_ROWS).readonly(),
  total: z.number().int().min(0).describe('how many rows there are, sent or not'),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  message('session.started', sessionShape).describe('The session is open: audio may flow.'),
  message('session.resumed', {
    ...sessionShape,
    receivedSamples: z
      .number()
      .int()
      .min(0)
      .describe('microphone samples that have come since the call began: go on from there'),
    lastClientSeq: z
      .number()
      .int()
      .min(0)
      .describe('highest `clientSeq` that was taken, 0 when none was: send the messages after it again'),
    missed: z
      .boolean()
      .describe('the server no longer has all messages after `lastSeq`; the oldest that it has come first'),
    response: z
      .object({ responseId: z.string(), fromMs: ms().describe('where the audio that follows begins in the response') })
      .optional()
      .describe('the response whose audio is sent again: throw away what was not played of it'),
  }).describe('The call goes on. First the messages after `lastSeq` follow, then audio.'),
  message('session.ended', {
    reason: z.enum(['client', 'agent', 'idle', 'limit', 'shutdown', 'disconnected', 'transferred', 'error']),
    durationMs: ms(),
  }).describe('Last message; the socket closes after it.'),
  message('audio.skipped', { ms: ms().describe('how much') }).describe(
    'Microphone audio that the network or the server had held back was left out, so that the call is in the present again.',
  ),
  message('speech.started', { audioMs: ms() }).describe('The caller began to speak.'),
  message('speech.stopped', { audioMs: ms() }).describe('The caller fell silent.'),
  message('transcript.partial', { turnId: z.string(), text: z.string() }).describe(
    'The caller’s words of this turn so far; replaces the partial before it.',
  ),
  message('transcript.final', { turnId: z.string(), text: z.string() }).describe(
    'Words of this turn that will not change any more.',
  ),
  message('turn.ended', { turnId: z.string(), text: z.string() }).describe(
    'The caller has finished; `text` is what will be answered.',
  ),
  message('response.started', {
    responseId: z.string(),
    turnId: z.string().optional(),
    interruptible: z
      .literal(false)
      .optional()
      .describe('nobody can stop this one: play it to its end, whatever the caller does'),
    by: z.literal('supervisor').optional().describe('a person has written it, in the agent’s place'),
  }).describe('A reply begins; no turnId when the agent speaks unasked (disclosure, greeting, prompt, goodbye).'),
  message('response.text', { responseId: z.string(), delta: z.string() }).describe('The reply as it is written.'),
  message('response.speak', {
    responseId: z.string(),
    segment: z.number().describe('counts the pieces of this response'),
    text: z.string(),
    language: z.string().describe('BCP-47'),
    voice: z.string().optional().describe('the voice that the agent names'),
  }).describe(
    'Speak this with the client’s own voice, after the pieces before it, and report it with playback.spoken; in place of audio, where the server’s voice is `browser`.',
  ),
  message('response.audio_done', { responseId: z.string(), audioMs: ms() }).describe(
    'All audio of the reply has been sent; it may still be playing.',
  ),
  message('response.paused', { responseId: z.string() }).describe('Hold playback: the caller may be interrupting.'),
  message('response.resumed', { responseId: z.string() }).describe('False alarm: go on playing where it stopped.'),
  message('response.interrupted', { responseId: z.string(), heardText: z.string() }).describe(
    'Throw away unplayed audio now. `heardText` is what stays in the conversation.',
  ),
  message('response.completed', { responseId: z.string(), text: z.string() }).describe(
    'The reply was played to its end.',
  ),
  message('disclosure.told', {
    responseId: z.string(),
    text: z.string(),
    language: z.string().describe('BCP-47'),
    callerLanguage: z.string().optional().describe('what the caller’s was taken to be, where that is known'),
    fallback: z
      .enum(['no_words', 'no_voice'])
      .optional()
      .describe('why it was not said in that: there are no words in it, or the voice is not known to speak it'),
    heardText: z.string().describe('what of it was heard'),
    whole: z.boolean().describe('it was heard to its end'),
    confirmed: z.boolean().describe('the client’s playback has said so, not only the clock'),
  }).describe(
    'What the agent has to disclose was said, or could not be said to its end; it cannot be interrupted, and is said again once when it was not heard.',
  ),
  message('call.answered', {
    by: z.enum(['person', 'voicemail', 'menu', 'screener', 'silence']).describe('as far as can be heard'),
    afterMs: ms().describe('since the answer'),
  }).describe('Who has answered a call that was placed.'),
  message('keys.pressed', { keys: z.string() }).describe('Keys were pressed for the menu that has answered the call.'),
  message('supervisor.changed', { active: z.boolean() }).describe(
    'A person answers in the agent’s place, in the agent’s voice; `active: false`: the agent answers again.',
  ),
  message('consent.changed', {
    state: z.enum(['given', 'refused']),
    by: z.enum(['caller', 'client', 'operator']).describe('by an answer to the agent, consent.set, or over REST'),
    words: z.string().optional(),
  }).describe('Whether the words of this call may be kept.'),
  message('transfer.changed', {
    destination: z.string().describe('the agent’s word for it'),
    state: z.enum(['dialing', 'ringing', 'consulting']),
  }).describe('The caller is to be put through to a person, and is on hold; on the telephone only.'),
  message('transfer.ended', {
    destination: z.string(),
    outcome: z.enum(['answered', 'declined', 'voicemail', 'busy', 'no_answer', 'caller_left', 'trunk_error']),
    durationMs: ms(),
  }).describe('What became of it; after `answered` the call ends here, and the agent goes on after all others.'),
  message('tool.started', {
    callId: z.string(),
    responseId: z.string(),
    name: z.string(),
    arguments: z.unknown(),
  }).describe('The agent uses a tool.'),
  message('tool.call', {
    callId: z.string(),
    name: z.string(),
    arguments: z.unknown(),
    timeoutMs: ms().describe('how long the answer is waited for'),
  }).describe('Run this tool of the client’s own, which the agent’s file declares, and answer with tool.answer.'),
  message('tool.progress', {
    callId: z.string(),
    responseId: z.string(),
    name: z.string(),
    elapsedMs: ms(),
    detached: z.boolean().describe('the reply no longer waits for it: the agent tells the result when it is there'),
  }).describe('The tool is still running; every two seconds, unless the agent says otherwise.'),
  message('tool.result', {
    callId: z.string(),
    responseId: z.string(),
    name: z.string(),
    table: tableSchema,
  }).describe('Rows that the tool found, for a page to show while they are spoken of; right before its tool.finished.'),
  message('tool.finished', {
    callId: z.string(),
    responseId: z.string(),
    name: z.string(),
    ok: z.boolean(),
    code: z
      .string()
      .optional()
      .describe('why it did not succeed; confirmation_required: `message` is what the caller is being asked'),
    message: z.string().optional(),
    artifacts: z.array(artifactSchema).readonly().optional(),
    sources: z.array(sourceSchema).readonly().optional().describe('where the answer was found, the likeliest first'),
    durationMs: ms(),
  }).describe('The tool is done.'),
  message('custom.message', {
    name: z.string().describe('what it is about, as the tool that sends it names it'),
    data: z.unknown(),
  }).describe('What a tool of this server tells the page, for it alone to understand; it is not spoken.'),
  message('turn.metrics', {
    turnId: z.string(),
    endpointingMs: ms().optional().describe('end of speech to end of turn'),
    transcriptMs: ms().optional().describe('end of speech to last final transcript'),
    firstTokenMs: ms()
      .optional()
      .describe('end of turn to first token; 0 when a draft was begun before the turn ended'),
    firstAudioMs: ms().optional().describe('first token, or the end of the turn if that is later, to first audio'),
    firstAudibleMs: ms()
      .optional()
      .describe('the same to the first sample that can be heard, if playback begins at once'),
    voiceToVoiceMs: ms().optional().describe('end of speech to first audio sent'),
  }).describe('Latency of one answered turn, as the server measured it, ms.'),
  message('error', {
    code: errorCodeSchema,
    message: z.string().describe('what is wrong and what to do'),
    fatal: z.boolean().describe('the socket closes after it'),
    retryAfter: z.number().optional().describe('s'),
  }).describe('Something went wrong.'),
  message('pong', {
    id: z.string().optional(),
    receivedSamples: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('microphone samples that have come since the call began: no need to keep them'),
  }).describe('Answer to ping.'),
]);

export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type ServerMessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
export type WireTable = z.infer<typeof tableSchema>;
export type WireArtifact = z.infer<typeof artifactSchema>;
