// Made from src/protocol/ by `npm run docs`; a test compares the two. Do not edit.

/** The session is open: audio may flow. */
export interface SessionStartedMessage {
  type: 'session.started';
  protocol: number;
  sessionId: string;
  agent: string;
  audio: {
    input: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding: 'pcm16' | 'opus';
      /** Hz */
      sampleRate: number;
    };
    output: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding: 'pcm16' | 'opus';
      /** Hz */
      sampleRate: number;
    };
  };
  /** who decides that the caller has finished: the recogniser, silence, or input.commit (push to talk) */
  turnDetection: 'provider' | 'vad' | 'manual';
  /** who recognises the speech: client sends input.transcript; the server, from audio, when absent */
  recognition?: 'server' | 'client' | undefined;
  limits: {
    /** largest frame accepted, bytes */
    maxFrameBytes: number;
    /** longest session, ms */
    maxSessionMs: number;
    /** close when no frame came from the client for so long, ms */
    idleTimeoutMs: number;
  };
  /** what session.resume has to show; a secret of this call, good for one use */
  resumeToken?: string | undefined;
  /** how long the call waits for session.resume after its socket is gone; 0 or absent: not at all */
  resumeGraceMs?: number | undefined;
  seq?: number | undefined;
}

/** The call goes on. First the messages after `lastSeq` follow, then audio. */
export interface SessionResumedMessage {
  type: 'session.resumed';
  protocol: number;
  sessionId: string;
  agent: string;
  audio: {
    input: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding: 'pcm16' | 'opus';
      /** Hz */
      sampleRate: number;
    };
    output: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding: 'pcm16' | 'opus';
      /** Hz */
      sampleRate: number;
    };
  };
  /** who decides that the caller has finished: the recogniser, silence, or input.commit (push to talk) */
  turnDetection: 'provider' | 'vad' | 'manual';
  /** who recognises the speech: client sends input.transcript; the server, from audio, when absent */
  recognition?: 'server' | 'client' | undefined;
  limits: {
    /** largest frame accepted, bytes */
    maxFrameBytes: number;
    /** longest session, ms */
    maxSessionMs: number;
    /** close when no frame came from the client for so long, ms */
    idleTimeoutMs: number;
  };
  /** what session.resume has to show; a secret of this call, good for one use */
  resumeToken?: string | undefined;
  /** how long the call waits for session.resume after its socket is gone; 0 or absent: not at all */
  resumeGraceMs?: number | undefined;
  /** microphone samples that have come since the call began: go on from there */
  receivedSamples: number;
  /** highest `clientSeq` that was taken, 0 when none was: send the messages after it again */
  lastClientSeq: number;
  /** the server no longer has all messages after `lastSeq`; the oldest that it has come first */
  missed: boolean;
  /** the response whose audio is sent again: throw away what was not played of it */
  response?: {
    responseId: string;
    /** where the audio that follows begins in the response */
    fromMs: number;
  } | undefined;
  seq?: number | undefined;
}

/** Last message; the socket closes after it. */
export interface SessionEndedMessage {
  type: 'session.ended';
  reason: 'client' | 'agent' | 'idle' | 'limit' | 'shutdown' | 'disconnected' | 'transferred' | 'error';
  durationMs: number;
  seq?: number | undefined;
}

/** Microphone audio that the network or the server had held back was left out, so that the call is in the present again. */
export interface AudioSkippedMessage {
  type: 'audio.skipped';
  /** how much */
  ms: number;
  seq?: number | undefined;
}

/** The caller began to speak. */
export interface SpeechStartedMessage {
  type: 'speech.started';
  audioMs: number;
  seq?: number | undefined;
}

/** The caller fell silent. */
export interface SpeechStoppedMessage {
  type: 'speech.stopped';
  audioMs: number;
  seq?: number | undefined;
}

/** The caller’s words of this turn so far; replaces the partial before it. */
export interface TranscriptPartialMessage {
  type: 'transcript.partial';
  turnId: string;
  text: string;
  seq?: number | undefined;
}

/** Words of this turn that will not change any more. */
export interface TranscriptFinalMessage {
  type: 'transcript.final';
  turnId: string;
  text: string;
  seq?: number | undefined;
}

/** The caller has finished; `text` is what will be answered. */
export interface TurnEndedMessage {
  type: 'turn.ended';
  turnId: string;
  text: string;
  seq?: number | undefined;
}

/** A reply begins; no turnId when the agent speaks unasked (disclosure, greeting, prompt, goodbye). */
export interface ResponseStartedMessage {
  type: 'response.started';
  responseId: string;
  turnId?: string | undefined;
  /** nobody can stop this one: play it to its end, whatever the caller does */
  interruptible?: false | undefined;
  /** a person has written it, in the agent’s place */
  by?: 'supervisor' | undefined;
  seq?: number | undefined;
}

/** The reply as it is written. */
export interface ResponseTextMessage {
  type: 'response.text';
  responseId: string;
  delta: string;
  seq?: number | undefined;
}

/** Speak this with the client’s own voice, after the pieces before it, and report it with playback.spoken; in place of audio, where the server’s voice is `browser`. */
export interface ResponseSpeakMessage {
  type: 'response.speak';
  responseId: string;
  /** counts the pieces of this response */
  segment: number;
  text: string;
  /** BCP-47 */
  language: string;
  /** the voice that the agent names */
  voice?: string | undefined;
  seq?: number | undefined;
}

/** All audio of the reply has been sent; it may still be playing. */
export interface ResponseAudioDoneMessage {
  type: 'response.audio_done';
  responseId: string;
  audioMs: number;
  seq?: number | undefined;
}

/** Hold playback: the caller may be interrupting. */
export interface ResponsePausedMessage {
  type: 'response.paused';
  responseId: string;
  seq?: number | undefined;
}

/** False alarm: go on playing where it stopped. */
export interface ResponseResumedMessage {
  type: 'response.resumed';
  responseId: string;
  seq?: number | undefined;
}

/** Throw away unplayed audio now. `heardText` is what stays in the conversation. */
export interface ResponseInterruptedMessage {
  type: 'response.interrupted';
  responseId: string;
  heardText: string;
  seq?: number | undefined;
}

/** The reply was played to its end. */
export interface ResponseCompletedMessage {
  type: 'response.completed';
  responseId: string;
  text: string;
  seq?: number | undefined;
}

/** What the agent has to disclose was said, or could not be said to its end; it cannot be interrupted, and is said again once when it was not heard. */
export interface DisclosureToldMessage {
  type: 'disclosure.told';
  responseId: string;
  text: string;
  /** BCP-47 */
  language: string;
  /** what the caller’s was taken to be, where that is known */
  callerLanguage?: string | undefined;
  /** why it was not said in that: there are no words in it, or the voice is not known to speak it */
  fallback?: 'no_words' | 'no_voice' | undefined;
  /** what of it was heard */
  heardText: string;
  /** it was heard to its end */
  whole: boolean;
  /** the client’s playback has said so, not only the clock */
  confirmed: boolean;
  seq?: number | undefined;
}

/** Who has answered a call that was placed. */
export interface CallAnsweredMessage {
  type: 'call.answered';
  /** as far as can be heard */
  by: 'person' | 'voicemail' | 'menu' | 'screener' | 'silence';
  /** since the answer */
  afterMs: number;
  seq?: number | undefined;
}

/** Keys were pressed for the menu that has answered the call. */
export interface KeysPressedMessage {
  type: 'keys.pressed';
  keys: string;
  seq?: number | undefined;
}

/** A person answers in the agent’s place, in the agent’s voice; `active: false`: the agent answers again. */
export interface SupervisorChangedMessage {
  type: 'supervisor.changed';
  active: boolean;
  seq?: number | undefined;
}

/** Whether the words of this call may be kept. */
export interface ConsentChangedMessage {
  type: 'consent.changed';
  state: 'given' | 'refused';
  /** by an answer to the agent, consent.set, or over REST */
  by: 'caller' | 'client' | 'operator';
  words?: string | undefined;
  seq?: number | undefined;
}

/** The caller is to be put through to a person, and is on hold; on the telephone only. */
export interface TransferChangedMessage {
  type: 'transfer.changed';
  /** the agent’s word for it */
  destination: string;
  state: 'dialing' | 'ringing' | 'consulting';
  seq?: number | undefined;
}

/** What became of it; after `answered` the call ends here, and the agent goes on after all others. */
export interface TransferEndedMessage {
  type: 'transfer.ended';
  destination: string;
  outcome: 'answered' | 'declined' | 'voicemail' | 'busy' | 'no_answer' | 'caller_left' | 'trunk_error';
  durationMs: number;
  seq?: number | undefined;
}

/** The agent uses a tool. */
export interface ToolStartedMessage {
  type: 'tool.started';
  callId: string;
  responseId: string;
  name: string;
  arguments: unknown;
  seq?: number | undefined;
}

/** Run this tool of the client’s own, which the agent’s file declares, and answer with tool.answer. */
export interface ToolCallMessage {
  type: 'tool.call';
  callId: string;
  name: string;
  arguments: unknown;
  /** how long the answer is waited for */
  timeoutMs: number;
  seq?: number | undefined;
}

/** The tool is still running; every two seconds, unless the agent says otherwise. */
export interface ToolProgressMessage {
  type: 'tool.progress';
  callId: string;
  responseId: string;
  name: string;
  elapsedMs: number;
  /** the reply no longer waits for it: the agent tells the result when it is there */
  detached: boolean;
  seq?: number | undefined;
}

/** Rows that the tool found, for a page to show while they are spoken of; right before its tool.finished. */
export interface ToolResultMessage {
  type: 'tool.result';
  callId: string;
  responseId: string;
  name: string;
  table: {
    title: string;
    columns: readonly ({
      name: string;
      /** date: YYYY-MM-DD */
      kind: 'text' | 'date' | 'number' | 'money';
      /** of money; ISO 4217 where the records keep to that */
      currency?: string | undefined;
    })[];
    rows: readonly (readonly (string | number | null)[])[];
    /** how many rows there are, sent or not */
    total: number;
  };
  seq?: number | undefined;
}

/** The tool is done. */
export interface ToolFinishedMessage {
  type: 'tool.finished';
  callId: string;
  responseId: string;
  name: string;
  ok: boolean;
  /** why it did not succeed; confirmation_required: `message` is what the caller is being asked */
  code?: string | undefined;
  message?: string | undefined;
  artifacts?: readonly ({
    kind: 'chart' | 'email' | 'file';
    title: string;
    /** path on this server; opens with the same token, and for a while by the signature in its query alone */
    url?: string | undefined;
    mediaType: string;
    /** what a picture shows, for those who cannot see it */
    alt?: string | undefined;
  })[] | undefined;
  /** where the answer was found, the likeliest first */
  sources?: readonly ({
    title: string;
    /** as it is named in a sentence: "our refund policy, updated in May" */
    spoken?: string | undefined;
    /** headings above the passage, outermost first, with " > " between them */
    heading?: string | undefined;
    /** day of the last change, YYYY-MM-DD */
    updated?: string | undefined;
    /** http or https; absent when it has no page of its own */
    url?: string | undefined;
  })[] | undefined;
  durationMs: number;
  seq?: number | undefined;
}

/** What a tool of this server tells the page, for it alone to understand; it is not spoken. */
export interface CustomMessageMessage {
  type: 'custom.message';
  /** what it is about, as the tool that sends it names it */
  name: string;
  data: unknown;
  seq?: number | undefined;
}

/** Latency of one answered turn, as the server measured it, ms. */
export interface TurnMetricsMessage {
  type: 'turn.metrics';
  turnId: string;
  /** end of speech to end of turn */
  endpointingMs?: number | undefined;
  /** end of speech to last final transcript */
  transcriptMs?: number | undefined;
  /** end of turn to first token; 0 when a draft was begun before the turn ended */
  firstTokenMs?: number | undefined;
  /** first token, or the end of the turn if that is later, to first audio */
  firstAudioMs?: number | undefined;
  /** the same to the first sample that can be heard, if playback begins at once */
  firstAudibleMs?: number | undefined;
  /** end of speech to first audio sent */
  voiceToVoiceMs?: number | undefined;
  seq?: number | undefined;
}

/** Something went wrong. */
export interface ErrorMessage {
  type: 'error';
  code: 'bad_json' | 'bad_message' | 'unsupported_protocol' | 'wrong_state' | 'audio_before_start' | 'start_timeout' | 'resume_failed' | 'odd_audio_length' | 'bad_packet' | 'transcript_not_taken' | 'unsupported_audio' | 'frame_too_large' | 'audio_too_fast' | 'too_many_messages' | 'too_many_faults' | 'idle_timeout' | 'call_too_long' | 'call_too_costly' | 'budget_spent' | 'budget_low' | 'token_expired' | 'slow_reader' | 'unknown_agent' | 'agent_not_allowed' | 'choice_not_allowed' | 'stt_failed' | 'llm_failed' | 'tts_failed' | 'overloaded' | 'shutting_down' | 'internal';
  /** what is wrong and what to do */
  message: string;
  /** the socket closes after it */
  fatal: boolean;
  /** s */
  retryAfter?: number | undefined;
  seq?: number | undefined;
}

/** Answer to ping. */
export interface PongMessage {
  type: 'pong';
  id?: string | undefined;
  /** microphone samples that have come since the call began: no need to keep them */
  receivedSamples?: number | undefined;
  seq?: number | undefined;
}

/** First message of a new session. Audio is accepted after session.started. */
export interface SessionStartMessage {
  type: 'session.start';
  protocol: 1;
  /** name of a file in agents/; the default agent when absent */
  agent?: string | undefined;
  audio?: {
    /** microphone; 16 kHz when absent */
    input?: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding?: 'pcm16' | 'opus' | undefined;
      /** Hz */
      sampleRate: number;
    } | undefined;
    /** playback; the input rate when absent */
    output?: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding?: 'pcm16' | 'opus' | undefined;
      /** Hz */
      sampleRate: number;
    } | undefined;
    /** the client takes the agent’s voice out of its microphone; when absent the server looks out for it */
    echoCancellation?: boolean | undefined;
  } | undefined;
  /** in place of the agent’s own providers and voice: what `GET /v1/agents` lists as its `choices` */
  choice?: {
    /** who recognises the speech */
    stt?: string | undefined;
    /** the language model */
    llm?: string | undefined;
    /** who speaks */
    tts?: string | undefined;
    /** the voice, by the own name of the provider in `tts` */
    voice?: string | undefined;
  } | undefined;
  /** what the caller has agreed to before the call: whether its words may be kept */
  consent?: 'given' | 'refused' | undefined;
  /** the caller’s, BCP-47: what has to be disclosed is said in it, the rest in the agent’s */
  language?: string | undefined;
  /** who decides that the caller has finished: the recogniser, silence, or input.commit (push to talk) */
  turnDetection?: 'provider' | 'vad' | 'manual' | undefined;
  /** values for {{names}} in the agent’s instructions and greeting */
  variables?: Record<string, string> | undefined;
}

/** First message on a new socket in place of session.start: the call goes on where it was. */
export interface SessionResumeMessage {
  type: 'session.resume';
  protocol: 1;
  sessionId: string;
  /** the last one that the server gave */
  resumeToken: string;
  /** `seq` of the last message that came */
  lastSeq: number;
  /** where playback stopped, when a response was being played */
  heard?: {
    responseId: string;
    /** ms of this response’s audio played so far */
    playedMs: number;
  } | {
    responseId: string;
    /** the piece of response.speak that the client is at */
    segment: number;
    /** characters of the piece’s text spoken so far */
    heardChars: number;
  } | undefined;
  /** how this socket packs audio; the rates of the call stay */
  audio?: {
    /** microphone; pcm16 when absent */
    input?: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding?: 'pcm16' | 'opus' | undefined;
    } | undefined;
    /** playback; pcm16 when absent */
    output?: {
      /** pcm16: 16-bit signed little-endian samples, mono; opus: a packet a frame, where the server can */
      encoding?: 'pcm16' | 'opus' | undefined;
    } | undefined;
  } | undefined;
}

/** A turn typed instead of spoken. */
export interface TextSubmitMessage {
  type: 'text.submit';
  text: string;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** The caller’s words, recognised by the client itself; where session.started says recognition: client. */
export interface InputTranscriptMessage {
  type: 'input.transcript';
  /** words since the last final ones; empty takes back the ones that were not final */
  text: string;
  /** whether these words will not change any more */
  final: boolean;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** Push to talk: the caller has let go; what was heard is the turn. */
export interface InputCommitMessage {
  type: 'input.commit';
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** Forget what was heard of the unfinished turn. */
export interface InputClearMessage {
  type: 'input.clear';
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** Stop the reply, as if the caller had talked over it. */
export interface ResponseCancelMessage {
  type: 'response.cancel';
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** How far playback is; send about every 100 ms while playing. */
export interface PlaybackPositionMessage {
  type: 'playback.position';
  responseId: string;
  /** ms of this response’s audio played so far */
  playedMs: number;
}

/** All audio of the response has been played. */
export interface PlaybackFinishedMessage {
  type: 'playback.finished';
  responseId: string;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** How far the client’s own voice is with a piece of response.speak; send it at every word and at the end. */
export interface PlaybackSpokenMessage {
  type: 'playback.spoken';
  responseId: string;
  segment: number;
  /** characters of the piece’s text spoken so far */
  heardChars: number;
  /** the whole piece has been spoken */
  done: boolean;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** What has happened at the client: the model knows it from its next reply on, as data. It is no turn. */
export interface ClientMessageMessage {
  type: 'client.message';
  /** what it is about, as "cart.updated": letters, digits, ".", "_" and "-" */
  name: string;
  /** at most 4096 characters of JSON, nested at most 32 deep */
  data: unknown;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** The answer to tool.call, once. */
export interface ToolAnswerMessage {
  type: 'tool.answer';
  callId: string;
  /** it could be done */
  ok: boolean;
  /** what was found, for the model; at most 16384 characters of JSON, nested at most 32 deep */
  data?: unknown;
  /** why it could not be done, for the model */
  message?: string | undefined;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** The caller has decided on the page whether the words of this call may be kept. */
export interface ConsentSetMessage {
  type: 'consent.set';
  state: 'given' | 'refused';
  /** what the caller was shown, and has agreed to or refused */
  words?: string | undefined;
  /** counts the messages of this session that have it, from 1; one that was taken already is ignored */
  clientSeq?: number | undefined;
}

/** Hang up. */
export interface SessionEndMessage {
  type: 'session.end';
}

/** Answered by pong with the same id. */
export interface PingMessage {
  type: 'ping';
  id?: string | undefined;
}

/** Anything that the server may say. */
export type ServerMessage =
  | SessionStartedMessage
  | SessionResumedMessage
  | SessionEndedMessage
  | AudioSkippedMessage
  | SpeechStartedMessage
  | SpeechStoppedMessage
  | TranscriptPartialMessage
  | TranscriptFinalMessage
  | TurnEndedMessage
  | ResponseStartedMessage
  | ResponseTextMessage
  | ResponseSpeakMessage
  | ResponseAudioDoneMessage
  | ResponsePausedMessage
  | ResponseResumedMessage
  | ResponseInterruptedMessage
  | ResponseCompletedMessage
  | DisclosureToldMessage
  | CallAnsweredMessage
  | KeysPressedMessage
  | SupervisorChangedMessage
  | ConsentChangedMessage
  | TransferChangedMessage
  | TransferEndedMessage
  | ToolStartedMessage
  | ToolCallMessage
  | ToolProgressMessage
  | ToolResultMessage
  | ToolFinishedMessage
  | CustomMessageMessage
  | TurnMetricsMessage
  | ErrorMessage
  | PongMessage;

/** Anything that the client may say. */
export type ClientMessage =
  | SessionStartMessage
  | SessionResumeMessage
  | TextSubmitMessage
  | InputTranscriptMessage
  | InputCommitMessage
  | InputClearMessage
  | ResponseCancelMessage
  | PlaybackPositionMessage
  | PlaybackFinishedMessage
  | PlaybackSpokenMessage
  | ClientMessageMessage
  | ToolAnswerMessage
  | ConsentSetMessage
  | SessionEndMessage
  | PingMessage;

export type ServerMessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: Type }>;

/** A message that may be numbered, so that it is taken once. */
export type NumberedMessage = Extract<ClientMessage, { clientSeq?: number | undefined }>;
