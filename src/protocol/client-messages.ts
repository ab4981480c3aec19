import { z } from 'zod';
import {
  MAX_ARGUMENT_DEPTH,
  MAX_CLIENT_MESSAGE_CHARS,
  MAX_CLIENT_TRANSCRIPT_CHARS,
  MAX_CONSENT_CHARS,
  MAX_CLIENT_RESULT_CHARS,
  MAX_TYPED_CHARS,
  MAX_VARIABLE_CHARS,
  unreadable,
} from '../bounds/texts.port.js';
import { audioFormatSchema, packedFormatSchema } from './audio-format.js';
import { isLanguageTag, MAX_LANGUAGE_CHARS, NO_LANGUAGE_TAG } from '../bounds/language-tag.port.js';
import { isMessageName, NO_MESSAGE_NAME } from '../bounds/message-name.port.js';
import { PROTOCOL_VERSION } from './version.js';

// What the client may say. Text frames hold one of these; binary frames hold microphone audio.

export const turnDetectionSchema = z
  .enum(['provider', 'vad', 'manual'])
  .describe('who decides that the caller has finished: the recogniser, silence, or input.commit (push to talk)');

export type TurnDetection = z.infer<typeof turnDetectionSchema>;

const consentSchema = z.enum(['given', 'refused']);

const providerName = z.string().min(1).max(32);

const choiceSchema = z.strictObject({
  stt: providerName.optional().describe('who recognises the speech'),
  llm: providerName.optional().describe('the language model'),
  tts: providerName.optional().describe('who speaks'),
  voice: z.string().min(1).max(100).optional().describe('the voice, by the own name of the provider in `tts`'),
});

export const languageSchema = z.string().max(MAX_LANGUAGE_CHARS).refine(isLanguageTag, { error: NO_LANGUAGE_TAG });

export const sessionStartSchema = z
  .strictObject({
    type: z.literal('session.start'),
    protocol: z.literal(PROTOCOL_VERSION),
    agent: z.string().min(1).max(64).optional().describe('name of a file in agents/; the default agent when absent'),
    audio: z
      .strictObject({
        input: audioFormatSchema.optional().describe('microphone; 16 kHz when absent'),
        output: audioFormatSchema.optional().describe('playback; the input rate when absent'),
        echoCancellation: z
          .boolean()
          .optional()
          .describe(
            'the client takes the agent’s voice out of its microphone; when absent the server looks out for it',
          ),
      })
      .optional(),
    choice: choiceSchema
      .optional()
      .describe('in place of the agent’s own providers and voice: what `GET /v1/agents` lists as its `choices`'),
    consent: consentSchema
      .optional()
      .describe('what the caller has agreed to before the call: whether its words may be kept'),
    language: languageSchema
      .optional()
      .describe('the caller’s, BCP-47: what has to be disclosed is said in it, the rest in the agent’s'),
    turnDetection: turnDetectionSchema.optional(),
    variables: z
      .record(
        z
          .string()
          .max(64)
          .refine((name) => !/^claims(\.|$)/i.test(name), {
            error: 'names that begin with "claims." belong to the token',
          }),
        z.string().max(MAX_VARIABLE_CHARS),
      )
      .refine((variables) => Object.keys(variables).length <= 32, { error: 'at most 32 variables' })
      .optional()
      .describe('values for {{names}} in the agent’s instructions and greeting'),
  })
  .describe('First message of a new session. Audio is accepted after session.started.');

const responseIdSchema = z.string().max(64);
const segmentSchema = z.number().int().min(0).max(10_000);
const playedMsSchema = z.number().min(0).max(3_600_000);
const heardCharsSchema = z.number().int().min(0).max(1_000_000);

/** How far the client is with a reply: the truest account of what its caller has heard. */
export const heardSchema = z.union([
  z.strictObject({
    responseId: responseIdSchema,
    playedMs: playedMsSchema.describe('ms of this response’s audio played so far'),
  }),
  z.strictObject({
    responseId: responseIdSchema,
    segment: segmentSchema.describe('the piece of response.speak that the client is at'),
    heardChars: heardCharsSchema.describe('characters of the piece’s text spoken so far'),
  }),
]);

export const sessionResumeSchema = z
  .strictObject({
    type: z.literal('session.resume'),
    protocol: z.literal(PROTOCOL_VERSION),
    sessionId: z.string().min(1).max(64),
    resumeToken: z.string().min(1).max(128).describe('the last one that the server gave'),
    lastSeq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe('`seq` of the last message that came'),
    heard: heardSchema.optional().describe('where playback stopped, when a response was being played'),
    audio: z
      .strictObject({
        input: packedFormatSchema.optional().describe('microphone; pcm16 when absent'),
        output: packedFormatSchema.optional().describe('playback; pcm16 when absent'),
      })
      .optional()
      .describe('how this socket packs audio; the rates of the call stay'),
  })
  .describe('First message on a new socket in place of session.start: the call goes on where it was.');

/** What the server must get once, however often the socket breaks, is numbered. */
const clientSeq = z
  .number()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .describe('counts the messages of this session that have it, from 1; one that was taken already is ignored');

export const textSubmitSchema = z
  .strictObject({ type: z.literal('text.submit'), text: z.string().trim().min(1).max(MAX_TYPED_CHARS), clientSeq })
  .describe('A turn typed instead of spoken.');

export const inputTranscriptSchema = z
  .strictObject({
    type: z.literal('input.transcript'),
    text: z
      .string()
      .max(MAX_CLIENT_TRANSCRIPT_CHARS)
      .describe('words since the last final ones; empty takes back the ones that were not final'),
    final: z.boolean().describe('whether these words will not change any more'),
    clientSeq,
  })
  .describe('The caller’s words, recognised by the client itself; where session.started says recognition: client.');

export const inputCommitSchema = z
  .strictObject({ type: z.literal('input.commit'), clientSeq })
  .describe('Push to talk: the caller has let go; what was heard is the turn.');

export const inputClearSchema = z
  .strictObject({ type: z.literal('input.clear'), clientSeq })
  .describe('Forget what was heard of the unfinished turn.');

export const responseCancelSchema = z
  .strictObject({ type: z.literal('response.cancel'), clientSeq })
  .describe('Stop the reply, as if the caller had talked over it.');

export const playbackPositionSchema = z
  .strictObject({
    type: z.literal('playback.position'),
    responseId: responseIdSchema,
    playedMs: playedMsSchema.describe('ms of this response’s audio played so far'),
  })
  .describe('How far playback is; send about every 100 ms while playing.');

export const playbackFinishedSchema = z
  .strictObject({ type: z.literal('playback.finished'), responseId: responseIdSchema, clientSeq })
  .describe('All audio of the response has been played.');

export const playbackSpokenSchema = z
  .strictObject({
    type: z.literal('playback.spoken'),
    responseId: responseIdSchema,
    segment: segmentSchema,
    heardChars: heardCharsSchema.describe('characters of the piece’s text spoken so far'),
    done: z.boolean().describe('the whole piece has been spoken'),
    clientSeq,
  })
  .describe('How far the client’s own voice is with a piece of response.speak; send it at every word and at the end.');

/** Whether JSON of it is short enough, and not nested so deep that whoever walks it runs out of stack. */
function jsonWithin(data: unknown, chars: number): boolean {
  try {
    const json = JSON.stringify(data) as string | undefined;
    return json === undefined || (json.length <= chars && !unreadable(json));
  } catch {
    return false;
  }
}

const jsonOf = (chars: number): string =>
  `at most ${chars} characters of JSON, nested at most ${MAX_ARGUMENT_DEPTH} deep`;

export const clientDataSchema = z
  .strictObject({
    type: z.literal('client.message'),
    name: z
      .string()
      .max(64)
      .refine(isMessageName, { error: NO_MESSAGE_NAME })
      .describe('what it is about, as "cart.updated": letters, digits, ".", "_" and "-"'),
    data: z
      .unknown()
      .refine((data) => data !== undefined && jsonWithin(data, MAX_CLIENT_MESSAGE_CHARS), {
        error: `must be there, with ${jsonOf(MAX_CLIENT_MESSAGE_CHARS)}`,
      })
      .describe(jsonOf(MAX_CLIENT_MESSAGE_CHARS)),
    clientSeq,
  })
  .describe('What has happened at the client: the model knows it from its next reply on, as data. It is no turn.');

export const toolAnswerSchema = z
  .strictObject({
    type: z.literal('tool.answer'),
    callId: z.string().min(1).max(64),
    ok: z.boolean().describe('it could be done'),
    data: z
      .unknown()
      .optional()
      .refine((data) => jsonWithin(data, MAX_CLIENT_RESULT_CHARS), {
        error: `must be ${jsonOf(MAX_CLIENT_RESULT_CHARS)}`,
      })
      .describe(`what was found, for the model; ${jsonOf(MAX_CLIENT_RESULT_CHARS)}`),
    message: z.string().max(500).optional().describe('why it could not be done, for the model'),
    clientSeq,
  })
  .describe('The answer to tool.call, once.');

export const consentSetSchema = z
  .strictObject({
    type: z.literal('consent.set'),
    state: consentSchema,
    words: z
      .string()
      .trim()
      .min(1)
      .max(MAX_CONSENT_CHARS)
      .optional()
      .describe('what the caller was shown, and has agreed to or refused'),
    clientSeq,
  })
  .describe('The caller has decided on the page whether the words of this call may be kept.');

export const sessionEndSchema = z.strictObject({ type: z.literal('session.end') }).describe('Hang up.');

export const pingSchema = z
  .strictObject({ type: z.literal('ping'), id: z.string().max(64).optional() })
  .describe('Answered by pong with the same id.');

export const clientMessageSchema = z.discriminatedUnion('type', [
  sessionStartSchema,
  sessionResumeSchema,
  textSubmitSchema,
  inputTranscriptSchema,
  inputCommitSchema,
  inputClearSchema,
  responseCancelSchema,
  playbackPositionSchema,
  playbackFinishedSchema,
  playbackSpokenSchema,
  clientDataSchema,
  toolAnswerSchema,
  consentSetSchema,
  sessionEndSchema,
  pingSchema,
]);

export type ClientMessage = z.infer<typeof clientMessageSchema>;
/** A message that may be numbered, so that it is taken once. @public */
export type NumberedMessage = Extract<ClientMessage, { clientSeq?: number | undefined }>;
export type SessionStart = z.infer<typeof sessionStartSchema>;
export type SessionResume = z.infer<typeof sessionResumeSchema>;
