import { z } from 'zod';
import { audioFormatSchema } from './audio-format.js';
import { turnDetectionSchema } from './client-messages.js';
import { errorCodeSchema } from './errors.js';

// What the server says. Text frames hold one of these; binary frames hold the reply's audio: all binary frames between
// response.started and response.audio_done (or response.interrupted) belong to that response.

const ms = () => z.number().min(0);

export const artifactSchema = z.object({
  kind: z.enum(['chart', 'email', 'file']),
  title: z.string(),
  url: z.string().optional().describe('path on this server; needs the same token'),
  mediaType: z.string(),
});

export const serverMessageSchema = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('session.started'),
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
    })
    .describe('The session is open: audio may flow.'),
  z
    .object({
      type: z.literal('session.ended'),
      reason: z.enum(['client', 'agent', 'idle', 'limit', 'shutdown', 'error']),
      durationMs: ms(),
    })
    .describe('Last message; the socket closes after it.'),
  z.object({ type: z.literal('speech.started'), audioMs: ms() }).describe('The caller began to speak.'),
  z.object({ type: z.literal('speech.stopped'), audioMs: ms() }).describe('The caller fell silent.'),
  z
    .object({ type: z.literal('transcript.partial'), turnId: z.string(), text: z.string() })
    .describe('The caller’s words of this turn so far; replaces the partial before it.'),
  z
    .object({ type: z.literal('transcript.final'), turnId: z.string(), text: z.string() })
    .describe('Words of this turn that will not change any more.'),
  z
    .object({ type: z.literal('turn.ended'), turnId: z.string(), text: z.string() })
    .describe('The caller has finished; `text` is what will be answered.'),
  z
    .object({ type: z.literal('response.started'), responseId: z.string(), turnId: z.string().optional() })
    .describe('A reply begins; no turnId when the agent speaks unasked (greeting, prompt, goodbye).'),
  z
    .object({ type: z.literal('response.text'), responseId: z.string(), delta: z.string() })
    .describe('The reply as it is written.'),
  z
    .object({
      type: z.literal('response.speak'),
      responseId: z.string(),
      segment: z.number().describe('counts the pieces of this response'),
      text: z.string(),
      language: z.string().describe('BCP-47'),
      voice: z.string().optional().describe('the voice that the agent names'),
    })
    .describe(
      'Speak this with the client’s own voice, after the pieces before it, and report it with playback.spoken; in place of audio, where the server’s voice is `browser`.',
    ),
  z
    .object({ type: z.literal('response.audio_done'), responseId: z.string(), audioMs: ms() })
    .describe('All audio of the reply has been sent; it may still be playing.'),
  z
    .object({ type: z.literal('response.paused'), responseId: z.string() })
    .describe('Hold playback: the caller may be interrupting.'),
  z
    .object({ type: z.literal('response.resumed'), responseId: z.string() })
    .describe('False alarm: go on playing where it stopped.'),
  z
    .object({ type: z.literal('response.interrupted'), responseId: z.string(), heardText: z.string() })
    .describe('Throw away unplayed audio now. `heardText` is what stays in the conversation.'),
  z
    .object({ type: z.literal('response.completed'), responseId: z.string(), text: z.string() })
    .describe('The reply was played to its end.'),
  z
    .object({
      type: z.literal('tool.started'),
      callId: z.string(),
      responseId: z.string(),
      name: z.string(),
      arguments: z.unknown(),
    })
    .describe('The agent uses a tool.'),
  z
    .object({
      type: z.literal('tool.progress'),
      callId: z.string(),
      responseId: z.string(),
      name: z.string(),
      elapsedMs: ms(),
      detached: z.boolean().describe('the reply no longer waits for it: the agent tells the result when it is there'),
    })
    .describe('The tool is still running; every two seconds, unless the agent says otherwise.'),
  z
    .object({
      type: z.literal('tool.finished'),
      callId: z.string(),
      responseId: z.string(),
      name: z.string(),
      ok: z.boolean(),
      code: z.string().optional().describe('why it did not succeed, for example confirmation_required'),
      message: z.string().optional(),
      artifacts: z.array(artifactSchema).readonly().optional(),
      durationMs: ms(),
    })
    .describe('The tool is done.'),
  z
    .object({
      type: z.literal('turn.metrics'),
      turnId: z.string(),
      endpointingMs: ms().optional().describe('end of speech to end of turn'),
      transcriptMs: ms().optional().describe('end of speech to last final transcript'),
      firstTokenMs: ms()
        .optional()
        .describe('end of turn to first token; 0 when a draft was begun before the turn ended'),
      firstAudioMs: ms().optional().describe('first token, or the end of the turn if that is later, to first audio'),
      voiceToVoiceMs: ms().optional().describe('end of speech to first audio sent'),
    })
    .describe('Latency of one answered turn, as the server measured it, ms.'),
  z
    .object({
      type: z.literal('error'),
      code: errorCodeSchema,
      message: z.string().describe('what is wrong and what to do'),
      fatal: z.boolean().describe('the socket closes after it'),
      retryAfter: z.number().optional().describe('s'),
    })
    .describe('Something went wrong.'),
  z.object({ type: z.literal('pong'), id: z.string().optional() }).describe('Answer to ping.'),
]);

export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type ServerMessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
export type WireArtifact = z.infer<typeof artifactSchema>;
