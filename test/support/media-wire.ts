// A second wire, made as a stranger would make one: audio as base64 in JSON, marks that come back when they were played, a
// `clear`, and a capability in the query instead of a token. It changes nothing outside of this file.
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Door, Visitor } from '../../src/gateway/door/door.js';
import { Refusal } from '../../src/gateway/door/refusal.js';
import type { Codec, Encoded, Ending, Fault } from '../../src/gateway/session/codec.js';
import type { Wire } from '../../src/gateway/session/wire.js';
import type { ConversationEvent } from '../../src/conversation/conversation.port.js';
import type { ClientMessage, CloseEvent, ServerMessage } from '../../src/protocol/index.js';

const CAPABILITY = 'good-for-one-call';

@Injectable()
class CapabilityDoor implements Door {
  isReturning(): boolean {
    return false;
  }

  async identify({ url }: IncomingMessage): Promise<Visitor> {
    const from = /[?&]from=(\w+)&capability=good-for-one-call$/.exec(url ?? '')?.[1];
    if (from === undefined) throw new Refusal('token_invalid', 'This is no capability.');
    const caller = { userId: from, claims: {}, accessToken: '' };
    return { token: { caller, expiresAt: Date.now() + 60_000, agents: undefined }, agent: 'julia' };
  }
}

type Inbound =
  | { readonly event: 'connected' | 'stop' }
  | { readonly event: 'start'; readonly rate: number }
  | { readonly event: 'media'; readonly payload: string }
  | { readonly event: 'mark'; readonly name: string };

class MediaCodec implements Codec {
  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | Fault | undefined {
    const message = isBinary ? undefined : parse(frame);
    switch (message?.event) {
      case 'connected':
        return undefined;
      case 'start': {
        const format = { encoding: 'pcm16' as const, sampleRate: message.rate };
        return { type: 'session.start', protocol: 1, audio: { input: format, output: format } };
      }
      case 'media':
        return Buffer.from(message.payload, 'base64');
      case 'mark':
        return { type: 'playback.finished', responseId: message.name };
      case 'stop':
        return { type: 'session.end' };
      case undefined:
      default:
        return { type: 'fault', code: 'bad_message', problem: 'not a message of this wire' };
    }
  }

  encode(message: ServerMessage | ConversationEvent): Encoded {
    if (message.type !== 'response.audio_done') return undefined;
    return JSON.stringify({ event: 'mark', name: message.responseId });
  }

  /** Two frames a piece, to show that both can be taken back. */
  audio(chunk: Uint8Array): Encoded {
    const half = (chunk.length >> 2) << 1;
    return [chunk.subarray(0, half), chunk.subarray(half)].map((part) =>
      JSON.stringify({ event: 'media', payload: Buffer.from(part).toString('base64') }),
    );
  }

  cleared(): Encoded {
    return JSON.stringify({ event: 'clear' });
  }

  closeOf(why: Ending): CloseEvent {
    return { code: 1000, reason: why, retry: false, meaning: '' };
  }
}

function parse(frame: Buffer): Inbound | undefined {
  try {
    return JSON.parse(frame.toString()) as Inbound;
  } catch {
    return undefined;
  }
}

export const MEDIA_WIRE: Wire = {
  path: '/v1/media',
  subprotocol: undefined,
  maxFrameBytes: 16 * 1024,
  resumable: false,
  patience: { readMs: 1000, closeMs: 1000 },
  door: CapabilityDoor,
  codec: () => new MediaCodec(),
};

/** Where a caller of this wire connects to. */
export const mediaUrl = (port: number, from: string, capability = CAPABILITY): string =>
  `ws://127.0.0.1:${port}${MEDIA_WIRE.path}?from=${from}&capability=${capability}`;
