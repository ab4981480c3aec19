import { decodeG711, encodeG711, G711_SAMPLE_RATE } from '../../audio/g711.js';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { CLOSE, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { ClientMessage, CloseEvent, ErrorCode, ServerMessage } from '../../protocol/index.js';
import type { Codec, Encoded, Ending, Fault, Introduction } from '../session/codec.js';
import { LineAudio } from '../telephone/line-audio.js';
import { Playback } from '../telephone/playback.js';
import { Typing } from '../telephone/typing.js';
import { clear, mark, media, readMessage } from './messages.js';
import type { TwilioMessage, TwilioStart } from './messages.js';

type Media = Extract<TwilioMessage, { event: 'media' }>['media'];

/** mu-law; marks are JSON and a message each, so one every 100 ms. */
const PLAYER = { bytesPerMs: G711_SAMPLE_RATE / 1000, markEveryMs: 100 } as const;

const FORMAT = { encoding: 'pcm16', sampleRate: G711_SAMPLE_RATE } as const;

/** Twilio Media Streams, both ways: mu-law as base64 in JSON, marks for what was heard, keys of the telephone. */
export class TwilioCodec implements Codec {
  private streamSid = '';
  private readonly line = new LineAudio('mulaw');
  private readonly typing = new Typing();
  private readonly playback = new Playback(
    {
      media: (codes) => media(this.streamSid, codes),
      mark: (name) => mark(this.streamSid, name),
      clear: () => clear(this.streamSid),
    },
    PLAYER,
  );
  /** Of the latest audio, by Twilio's clock, ms. */
  private now = 0;

  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | Introduction | Fault | undefined {
    if (isBinary) return fault('bad_message', 'Twilio sends text frames.');
    const message = readMessage(frame);
    if (typeof message === 'string') return fault('bad_message', message);
    switch (message?.event) {
      case 'media':
        return message.media.track === 'inbound' ? this.hear(message.media) : undefined;
      case 'mark':
        return this.playback.heard(message.mark.name);
      case 'dtmf':
        return this.typing.press(message.dtmf.digit, this.now);
      case 'start':
        return this.start(message);
      case 'stop':
        return { type: 'session.end' };
      case undefined:
      default:
        return undefined;
    }
  }

  encode(message: ServerMessage | ConversationEvent): Encoded {
    return this.playback.follow(message);
  }

  audio(chunk: Uint8Array): Encoded {
    return this.playback.play(encodeG711(chunk, 'mulaw'));
  }

  cleared(): Encoded {
    return this.playback.clear();
  }

  /** Twilio goes on to the next verb, or hangs up, whatever the code; it reports others than 1000 to the account as errors. */
  closeOf(why: Ending): CloseEvent {
    if (why === 'refused') return CLOSE.policyViolation;
    return why === 'internal' ? CLOSE.internal : CLOSE.normal;
  }

  private start({ streamSid, start }: TwilioStart): Introduction | Fault {
    const { encoding, sampleRate, channels } = start.mediaFormat;
    if (encoding !== 'audio/x-mulaw' || sampleRate !== G711_SAMPLE_RATE || channels !== 1) {
      return fault('unsupported_audio', 'This wire takes mu-law, 8000 Hz, mono.');
    }
    this.streamSid = streamSid;
    return {
      type: 'introduction',
      proof: { callSid: start.callSid, capability: start.customParameters['capability'] ?? '' },
      start: { type: 'session.start', protocol: PROTOCOL_VERSION, audio: { input: FORMAT, output: FORMAT } },
    };
  }

  /** Hot path. */
  private hear({ timestamp, payload }: Media): Uint8Array | ClientMessage | undefined {
    this.now = timestamp;
    const codes = this.line.take(Buffer.from(payload, 'base64'), timestamp);
    const audio = codes === undefined ? undefined : decodeG711(codes, 'mulaw');
    return this.typing.hear(audio, timestamp);
  }
}

const fault = (code: ErrorCode, problem: string): Fault => ({ type: 'fault', code, problem });
