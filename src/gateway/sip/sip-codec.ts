import { G711_SAMPLE_RATE } from '../../audio/g711.js';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { CLOSE, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { ClientMessage, CloseEvent, ServerMessage } from '../../protocol/index.js';
import type { Codec, Encoded, Ending } from '../session/codec.js';
import { Playback } from '../telephone/playback.js';
import { Typing } from '../telephone/typing.js';
import { readFromCall, toCall } from './line-messages.js';

/** PCM16; a mark every 40 ms says more exactly what was heard than a carrier's stream can. */
const PLAYER = { bytesPerMs: (2 * G711_SAMPLE_RATE) / 1000, markEveryMs: 40 } as const;
const FORMAT = { encoding: 'pcm16', sampleRate: G711_SAMPLE_RATE } as const;

/** A SIP call as the session sees it: a telephone line that plays what it gets, at its own pace. */
export class SipCodec implements Codec {
  private readonly typing = new Typing();
  private readonly playback = new Playback(
    {
      media: (audio) => audio,
      mark: (name) => toCall({ do: 'mark', name }),
      clear: () => toCall({ do: 'clear' }),
    },
    PLAYER,
  );
  /** How much was heard, ms: a line's audio never pauses, so that this is its clock. */
  private now = 0;

  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | undefined {
    if (isBinary) {
      this.now += frame.length / PLAYER.bytesPerMs;
      return this.typing.hear(frame, this.now);
    }
    const message = readFromCall(frame);
    if (message.is === 'mark') return this.playback.heard(message.name);
    if (message.is === 'key') return this.typing.press(message.key, this.now);
    return { type: 'session.start', protocol: PROTOCOL_VERSION, audio: { input: FORMAT, output: FORMAT } };
  }

  /** The call is answered when it has its record and its conversation. */
  encode(message: ServerMessage | ConversationEvent): Encoded {
    return message.type === 'session.started' ? toCall({ do: 'answer' }) : this.playback.follow(message);
  }

  audio(chunk: Uint8Array): Encoded {
    return this.playback.play(chunk);
  }

  cleared(): Encoded {
    return this.playback.clear();
  }

  /** What a call that was not answered yet is refused with: SipCall. */
  closeOf(why: Ending): CloseEvent {
    if (why === 'shutting_down' || why === 'shutdown') return CLOSE.goingAway;
    if (why === 'overloaded') return CLOSE.overloaded;
    return why === 'internal' ? CLOSE.internal : CLOSE.normal;
  }
}
