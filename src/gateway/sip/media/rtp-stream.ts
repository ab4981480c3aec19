import { randomBytes } from 'node:crypto';
import { isRtp, RtpPacket } from 'rtp.js/packets';
import { decodeG711, encodeG711, silentCode } from '../../../audio/g711.js';
import type { G711Law } from '../../../audio/g711.js';
import { bytesOf, samplesOf } from '../../../audio/pcm16.js';
import { DtmfKeys } from './dtmf.js';
import { FRAME_SAMPLES, JitterBuffer } from './jitter-buffer.js';
import { FRAME_MS } from './media-clock.js';
import type { OnFrame } from './media-clock.js';
import { Playout } from './playout.js';
import type { RtpSocket } from './rtp-ports.js';
import { PAYLOAD_TYPES } from './sdp.js';
import type { RemoteAudio } from './sdp.js';

/** Largest datagram that is looked at, bytes: 200 ms of G.711 and a header. */
const MAX_PACKET_BYTES = 1700;
/** Silence that is heard while the caller has put us on hold: his music is not his voice. */
const SILENCE = new Int16Array(FRAME_SAMPLES);

/** What comes of it. Nothing of it may throw. */
export interface RtpListener {
  /** Hot path: 20 ms of what the caller says, PCM16, 8 kHz, every 20 ms. */
  heard(pcm: Uint8Array): void;
  key(key: string): void;
  /** What was queued before this mark has been heard. */
  mark(name: string): void;
  /** Nothing has come for longer than a call can be silent. */
  silent(): void;
}

/**
 * The audio of one call: RTP in through the jitter buffer, RTP out at the pace of the clock. Packets are taken from the
 * address that the caller has named, or the one that he signals from (behind a NAT the first is not the one that they come
 * from), and go back to where the first of them came from.
 */
export class RtpStream implements OnFrame {
  private readonly jitter = new JitterBuffer();
  private readonly keys = new DtmfKeys();
  private readonly playout = new Playout();
  private listener: RtpListener | undefined;
  private remote: RemoteAudio | undefined;
  /** Where packets come from. */
  private latched: { readonly address: string; readonly port: number } | undefined;
  private source: number | undefined;
  private readonly ssrc = randomBytes(4).readUInt32BE();
  private sequence = randomBytes(2).readUInt16BE();
  private timestamp = randomBytes(4).readUInt32BE();
  private playing = false;
  /** The next packet is the first after a pause. */
  private begun = true;
  private quietFrames = 0;
  private closed = false;

  constructor(
    private readonly rtp: RtpSocket,
    private readonly signalsFrom: string,
    /** 0: never. */
    private readonly silentAfterMs: number,
  ) {
    rtp.socket.on('message', (bytes, { address, port }) => this.receive(bytes, address, port));
    // What the network refuses is lost, as on any network.
    rtp.socket.on('error', () => undefined);
  }

  get port(): number {
    return this.rtp.port;
  }

  get counts(): JitterBuffer['counts'] {
    return this.jitter.counts;
  }

  private get held(): boolean {
    return this.remote?.direction === 'sendonly' || this.remote?.direction === 'inactive';
  }

  /** What the other side has said of itself, first or anew. */
  agree(remote: RemoteAudio): void {
    const moved = remote.address !== this.remote?.address || remote.port !== this.remote.port;
    if (moved) this.latched = undefined;
    this.remote = remote;
    this.quietFrames = 0;
  }

  /** Who listens: before the clock is told of this stream. */
  listen(listener: RtpListener): void {
    this.listener = listener;
  }

  /** The caller listens from now on. */
  start(): void {
    this.playing = true;
  }

  /** PCM16, 8 kHz. False: far too much waits already. */
  play(pcm: Uint8Array): boolean {
    return this.playout.play(pcm);
  }

  mark(name: string): void {
    this.playout.mark(name);
  }

  clear(): void {
    this.playout.clear();
  }

  frame(isLate = false): void {
    if (this.closed) return;
    this.quietFrames += 1;
    const { held } = this;
    if (!held && this.silentAfterMs > 0 && this.quietFrames * FRAME_MS > this.silentAfterMs) {
      this.quietFrames = 0;
      this.listener?.silent();
      return;
    }
    const heard = this.jitter.pull();
    this.listener?.heard(bytesOf(held ? SILENCE.slice() : heard));
    // On hold the reply stands still: nobody listens to it; and so it does while the process did. Time goes on (RFC 3550
    // section 5.1).
    if (this.playing && !held && !isLate) this.send(this.playout.next());
    else this.begun = true;
    this.pass(1);
    for (const name of this.playout.heard()) this.listener?.mark(name);
  }

  /** The caller's jitter buffer would take all that follows for late, if our time stood still. */
  skip(frames: number): void {
    this.begun = true;
    this.pass(frames);
  }

  /** Idempotent. */
  close(): void {
    this.closed = true;
    this.rtp.release();
  }

  private pass(frames: number): void {
    this.timestamp = (this.timestamp + frames * FRAME_SAMPLES) >>> 0;
  }

  private receive(bytes: Buffer, address: string, port: number): void {
    if (this.closed || bytes.length > MAX_PACKET_BYTES || !this.isTheirs(address, port)) return;
    const packet = read(bytes);
    if (packet === undefined) return;
    this.latched ??= { address, port };
    this.quietFrames = 0;
    if (packet.getSsrc() !== this.source) {
      this.source = packet.getSsrc();
      this.jitter.reset();
      this.keys.reset();
    }
    const view = packet.getPayload();
    const payload = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const type = packet.getPayloadType();
    const law = LAWS.get(type);
    if (law !== undefined) {
      this.jitter.push(packet.getTimestamp(), samplesOf(decodeG711(payload, law)));
    } else if (type === this.remote?.keysType) {
      const key = this.keys.take(packet.getTimestamp(), payload);
      if (key !== undefined) this.listener?.key(key);
    }
  }

  private isTheirs(address: string, port: number): boolean {
    if (this.latched !== undefined) return address === this.latched.address && port === this.latched.port;
    return address === this.remote?.address || address === this.signalsFrom;
  }

  private send(pcm: Uint8Array | undefined): void {
    const { remote, latched } = this;
    if (remote === undefined) return;
    const codes =
      pcm === undefined ? new Uint8Array(FRAME_SAMPLES).fill(silentCode(remote.law)) : encodeG711(pcm, remote.law);
    const packet = new RtpPacket();
    packet.setPayloadType(PAYLOAD_TYPES[remote.law]);
    packet.setSsrc(this.ssrc);
    packet.setSequenceNumber(this.sequence);
    packet.setTimestamp(this.timestamp);
    packet.setMarker(this.begun);
    packet.setPayload(new DataView(codes.buffer, codes.byteOffset, codes.byteLength));
    packet.serialize();
    this.begun = false;
    this.sequence = (this.sequence + 1) & 0xffff;
    const { buffer, byteOffset, byteLength } = packet.getView();
    const { address, port } = latched ?? remote;
    this.rtp.socket.send(new Uint8Array(buffer, byteOffset, byteLength), port, address, () => undefined);
  }
}

const LAWS: ReadonlyMap<number, G711Law> = new Map([
  [PAYLOAD_TYPES.mulaw, 'mulaw'],
  [PAYLOAD_TYPES.alaw, 'alaw'],
]);

/** rtp.js throws for what is no RTP. */
function read(bytes: Buffer): RtpPacket | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return isRtp(view) ? new RtpPacket(view) : undefined;
  } catch {
    return undefined;
  }
}
