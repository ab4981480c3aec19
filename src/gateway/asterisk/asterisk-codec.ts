import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { CLOSE, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { ClientMessage, CloseEvent, ErrorCode, ServerMessage } from '../../protocol/index.js';
import type { Codec, Encoded, Ending, Fault, Introduction } from '../session/codec.js';
import { Playback } from '../telephone/playback.js';
import { Typing } from '../telephone/typing.js';
import type { Frame } from '../transport/outbox.js';
import { MEDIA_FORMATS, mediaFormat, type MediaFormat } from './media-format.js';
import { command, readEvent } from './messages.js';
import { WholeFrames } from './whole-frames.js';

/** A mark is a message each way. */
const MARK_EVERY_MS = 100;

/** What follows from the codec that the dial string names. */
interface Media {
  readonly format: MediaFormat;
  readonly frames: WholeFrames;
  readonly playback: Playback;
}

/** Asterisk's WebSocket channel (chan_websocket), both ways: audio in binary frames, marks, keys and commands as JSON. */
export class AsteriskCodec implements Codec {
  private readonly typing = new Typing();
  private media: Media | undefined;
  /** How much was heard, ms: Asterisk's audio never pauses, so that this is its clock. */
  private now = 0;

  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | Introduction | Fault | undefined {
    if (isBinary) return this.hear(frame);
    const event = readEvent(frame);
    // Nothing else can be understood of one that does not begin as it should.
    if (typeof event === 'string')
      return fault(this.media === undefined ? 'unsupported_protocol' : 'bad_message', event);
    switch (event?.event) {
      case 'MEDIA_START':
        return this.start(event.format, event.channel_id);
      case 'DTMF_END':
        return this.typing.press(event.digit, this.now);
      case 'MEDIA_MARK_PROCESSED':
        return this.media?.playback.heard(event.correlation_id);
      case undefined:
      default:
        return undefined;
    }
  }

  encode(message: ServerMessage | ConversationEvent): Encoded {
    const { media } = this;
    if (media === undefined) return undefined;
    // The end of a reply fills no frame by itself.
    const { frames, format } = media;
    const last = message.type === 'response.audio_done' ? this.play(media, frames.end(format.silence)) : [];
    if (message.type === 'session.ended') return command('HANGUP');
    const told = media.playback.follow(message);
    return last.length === 0 ? told : [...last, ...[told ?? []].flat()];
  }

  audio(chunk: Uint8Array): Encoded {
    const { media } = this;
    return media && this.play(media, media.frames.take(media.format.encode(chunk)));
  }

  cleared(): Encoded {
    this.media?.frames.clear();
    return this.media?.playback.clear();
  }

  closeOf(why: Ending): CloseEvent {
    if (why === 'refused' || why === 'unsupported_protocol' || why === 'unsupported_audio')
      return CLOSE.policyViolation;
    return why === 'internal' ? CLOSE.internal : CLOSE.normal;
  }

  private start(name: string, channelId: string): Introduction | Fault {
    const format = mediaFormat(name);
    if (format === undefined) {
      const known = MEDIA_FORMATS.join(', ');
      return fault('unsupported_audio', `The dial string asks for ${name}: c(...) can be ${known}.`);
    }
    const { sampleRate, bytesPerMs } = format;
    const playback = new Playback(
      {
        media: (audio) => audio,
        mark: (id) => command('MARK_MEDIA', id),
        clear: () => command('FLUSH_MEDIA'),
      },
      { bytesPerMs, markEveryMs: MARK_EVERY_MS },
    );
    this.media = { format, frames: new WholeFrames(bytesPerMs), playback };
    const audio = { encoding: 'pcm16', sampleRate } as const;
    return {
      type: 'introduction',
      proof: { channelId },
      start: { type: 'session.start', protocol: PROTOCOL_VERSION, audio: { input: audio, output: audio } },
    };
  }

  /** Hot path. */
  private hear(frame: Buffer): Uint8Array | ClientMessage | undefined {
    const { media } = this;
    if (media === undefined) return undefined;
    this.now += frame.length / media.format.bytesPerMs;
    return this.typing.hear(media.format.decode(frame), this.now);
  }

  private play({ playback }: Media, frames: Uint8Array): readonly Frame[] {
    return frames.length === 0 ? [] : playback.play(frames);
  }
}

const fault = (code: ErrorCode, problem: string): Fault => ({ type: 'fault', code, problem });
