import { isLanguageTag, NO_LANGUAGE_TAG } from '../src/bounds/language-tag.port.js';
import { BEARER_SUBPROTOCOL_PREFIX, PROTOCOL_VERSION, SAMPLE_RATES, SUBPROTOCOL } from '../src/protocol/constants.js';
import type { AudioCodec } from './audio-codec.js';
import { VoiceClientError } from './errors.js';
import type { ResumeHandle } from './resume-handle.js';
import { faultOf } from './wire/check.js';
import type { SessionStartMessage } from './wire/messages.js';
import { START_SHAPE } from './wire/shapes.js';

/** PCM16, mono. */
export interface AudioFormat {
  readonly encoding?: 'pcm16';
  /** Hz. */
  readonly sampleRate: number;
}

/** A JWT, or what gives one: asked again for each attempt to connect, so that a session outlives its first token. */
export type TokenSource = string | (() => string | Promise<string>);

export interface ConnectOptions {
  /** ws:// or wss:// address of the server's stream. */
  readonly url: string;
  /** JWT; sent as a subprotocol, the only place where a browser can put it without leaving it in logs of URLs. */
  readonly token?: TokenSource;
  /** Name of the agent; the server's default when absent. */
  readonly agent?: string;
  readonly audio?: {
    readonly input?: AudioFormat;
    readonly output?: AudioFormat;
    /** The microphone takes the agent's voice out of its audio, as a browser's does unless it is told not to. */
    readonly echoCancellation?: boolean;
  };
  /**
   * Packs what goes over the network, where the server can do so too; `session.audio` tells what was agreed to. What is sent
   * and heard here is PCM16 in any case. See `opusCodec` of the browser's entry.
   */
  readonly codec?: AudioCodec;
  /**
   * The caller's language, BCP-47: what the agent has to disclose is said in it, where it can be. In a page the browser's own
   * when absent.
   */
  readonly language?: string;
  readonly turnDetection?: SessionStartMessage['turnDetection'];
  /**
   * Who is to hear, think and speak in place of the agent's own, and with which voice: what the server's `GET /v1/agents`
   * lists as the agent's `choices`. For anything else connect rejects with the server's `choice_not_allowed`.
   */
  readonly choice?: SessionStartMessage['choice'];
  /** What the caller has agreed to before the call: whether its words may be kept. */
  readonly consent?: 'given' | 'refused';
  /** Values for {{names}} in the agent's instructions. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Goes on with the call of a page that was loaded anew (`VoiceClient.resumable`) in place of beginning one: what else is
   * asked for above, but `url` and `token`, was settled when it began. Where there is no such call any more connect rejects
   * with `resume_failed`.
   */
  readonly resume?: ResumeHandle;
  /** From the call of connect to session.started, the token included, ms; 10 000 when absent. */
  readonly connectTimeoutMs?: number;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
}

/** The address, checked. Throws `invalid_argument`. */
export function streamUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new VoiceClientError('invalid_argument', `not an address: ${url}`);
  }
  if (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:') {
    throw new VoiceClientError('invalid_argument', `the address must begin with ws:// or wss://, not ${url}`);
  }
  return parsed.href;
}

/** A JWT in the compact form: three base64url parts. Anything else would not even pass as a subprotocol. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What to offer in Sec-WebSocket-Protocol. Throws `invalid_argument` for a token that cannot be one. */
export function subprotocols(token: string | undefined): string[] {
  if (token === undefined) return [SUBPROTOCOL];
  if (!JWT.test(token)) {
    throw new VoiceClientError('invalid_argument', 'the token is not a JWT (three parts separated by dots)');
  }
  return [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${token}`];
}

/** What the browser of a page speaks; a program elsewhere has a `navigator` too, and its language is not a caller's. */
function pageLanguage(): string | undefined {
  const { document, navigator }: { readonly document?: object; readonly navigator?: { readonly language?: string } } =
    globalThis as never;
  if (document === undefined) return undefined;
  // Some browsers without a desktop name a locale of the system: `en-US@posix`.
  const language = navigator?.language;
  return language !== undefined && isLanguageTag(language) ? language : undefined;
}

/** The session's first message, checked against the protocol. Throws `invalid_argument`. */
export function sessionStart(options: ConnectOptions): SessionStartMessage {
  const { agent, choice, consent, language = pageLanguage(), turnDetection, variables } = options;
  const audio = packed(options);
  const start: SessionStartMessage = {
    type: 'session.start',
    protocol: PROTOCOL_VERSION,
    ...(agent === undefined ? {} : { agent }),
    ...(audio === undefined ? {} : { audio }),
    ...(choice === undefined ? {} : { choice }),
    ...(consent === undefined ? {} : { consent }),
    ...(language === undefined ? {} : { language }),
    ...(turnDetection === undefined ? {} : { turnDetection }),
    ...(variables === undefined ? {} : { variables }),
  };
  const fault = faultOf(start, START_SHAPE) ?? languageFault(start) ?? rateFault(start);
  if (fault !== undefined) throw new VoiceClientError('invalid_argument', fault);
  return start;
}

/** Hz, where no microphone's rate is asked for; the server's own, too. */
const INPUT_RATE = 16_000;

/** What is asked for, in packets where the codec can. */
function packed({ audio, codec }: ConnectOptions): SessionStartMessage['audio'] {
  if (codec?.pack === undefined && codec?.unpack === undefined) return audio;
  const { input = { sampleRate: INPUT_RATE }, output = input } = audio ?? {};
  const { input: microphone, output: voice } = encodings(codec);
  return { ...audio, input: { ...input, ...microphone }, output: { ...output, ...voice } };
}

/** What a codec makes of either side. */
export function encodings(codec: AudioCodec | undefined) {
  const encoding = (can: unknown) => ({ encoding: can === undefined ? ('pcm16' as const) : ('opus' as const) });
  return { input: encoding(codec?.pack), output: encoding(codec?.unpack) };
}

const languageFault = ({ language }: SessionStartMessage): string | undefined =>
  language === undefined || isLanguageTag(language) ? undefined : `language: ${NO_LANGUAGE_TAG}`;

function rateFault({ audio }: SessionStartMessage): string | undefined {
  const rates: readonly number[] = SAMPLE_RATES;
  const side = (['input', 'output'] as const).find((one) => !rates.includes(audio?.[one]?.sampleRate ?? rates[0] ?? 0));
  return side === undefined ? undefined : `audio.${side}.sampleRate: must be one of ${rates.join(', ')} Hz`;
}
