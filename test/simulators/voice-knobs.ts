import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Delay } from './schedule.js';

/** What happens to a WebSocket that carries a voice, after so much audio of a segment. */
export interface VoiceFault {
  /** Bytes of one segment's audio that come before it. */
  readonly afterBytes: number;
  readonly kind:
    | 'close' // a normal close (1000) that nobody asked for
    | 'close-codeless' // a close frame without a code: the client sees 1005
    | 'close-1011'
    | 'destroy' // the TCP connection is gone: the client sees 1006
    | 'stall' // nothing comes any more
    | 'garbage' // a text frame that is not JSON; goes on afterwards
    | 'no-type' // JSON that is not a message; goes on afterwards
    | 'malformed' // JSON of a known type with a field of the wrong type; goes on afterwards
    | 'binary' // a binary frame where none belongs; goes on afterwards
    | 'bad-frame' // bytes that are not a WebSocket frame
    | 'error' // the provider's own error message
    | 'our-error' // an error message that blames the client
    | 'end'; // the segment is said to be over, early
}

/** How one connection (or one request) speaks. Everything is optional. */
export interface VoiceKnobs {
  /** From a segment's text to its first audio. */
  readonly firstAudio?: Delay;
  readonly betweenChunks?: Delay;
  /** Bytes of a chunk; odd sizes split samples. */
  readonly chunkBytes?: number;
  /** Audio for one character of text, ms. */
  readonly msPerChar?: number;
  readonly fault?: VoiceFault;
}

/** What the providers' own wires say in a fault. */
export interface FaultMessages {
  readonly malformed: object;
  readonly error: object;
  readonly ourError: object;
}

/** Plays every fault but `stall` and `end`, which are the speaker's own. */
export function playFault(
  kind: Exclude<VoiceFault['kind'], 'stall' | 'end'>,
  socket: WebSocket,
  tcp: Duplex,
  messages: FaultMessages,
): void {
  switch (kind) {
    case 'close':
      return socket.close(1000);
    case 'close-codeless':
      return socket.close();
    case 'close-1011':
      return socket.close(1011, 'internal error');
    case 'destroy':
      return socket.terminate();
    case 'garbage':
      return socket.send('<html>502 Bad Gateway</html>');
    case 'no-type':
      return socket.send('[1,2,3]');
    case 'malformed':
      return socket.send(JSON.stringify(messages.malformed));
    case 'binary':
      return socket.send(Buffer.from([1, 2, 3]));
    case 'bad-frame':
      tcp.write(Buffer.from([0xff, 0x03, 1, 2, 3]));
      return;
    case 'error':
      return socket.send(JSON.stringify(messages.error));
    case 'our-error':
      return socket.send(JSON.stringify(messages.ourError));
  }
}
