// What clients and telephones say.
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:dgram';
import fc from 'fast-check';
import { RtpPacket } from 'rtp.js/packets';
import { AsteriskCodec } from '../../../src/gateway/asterisk/asterisk-codec.js';
import { decodeClientMessage } from '../../../src/gateway/native/decode.js';
import type { Codec } from '../../../src/gateway/session/codec.js';
import { RtpStream } from '../../../src/gateway/sip/media/rtp-stream.js';
import { answerTo, readSdp } from '../../../src/gateway/sip/media/sdp.js';
import type { Flow } from '../../../src/gateway/sip/signalling/flow.js';
import {
  addressIn,
  credentials,
  listItems,
  sipAddress,
  withParams,
} from '../../../src/gateway/sip/signalling/header-values.js';
import { readMessage } from '../../../src/gateway/sip/signalling/message.js';
import { StreamFramer } from '../../../src/gateway/sip/signalling/stream-framer.js';
import { UserAgent } from '../../../src/gateway/sip/signalling/user-agent.js';
import { TwilioCodec } from '../../../src/gateway/twilio/twilio-codec.js';
import { addressKey, clientAddress } from '../../../src/limits/client-address.js';
import { mangledBytes, mangledJson, mangledText } from '../mangled.js';
import { holds, property } from '../target.js';
import type { Target } from '../target.js';

const NATIVE = [
  {
    type: 'session.start',
    protocol: 1,
    agent: 'julia',
    audio: { input: { encoding: 'pcm16', sampleRate: 16_000 }, output: { sampleRate: 24_000 }, echoCancellation: true },
    choice: { stt: 'deepgram', voice: 'v' },
    consent: 'given',
    language: 'de-DE',
    turnDetection: 'vad',
    variables: { name: 'Ada' },
  },
  {
    type: 'session.resume',
    protocol: 1,
    sessionId: 's',
    resumeToken: 't',
    lastSeq: 7,
    heard: { responseId: 'r1', playedMs: 100 },
    audio: { input: { encoding: 'opus' } },
  },
  {
    type: 'session.resume',
    protocol: 1,
    sessionId: 's',
    resumeToken: 't',
    lastSeq: 0,
    heard: { responseId: 'r', segment: 0, heardChars: 4 },
  },
  { type: 'text.submit', text: 'hello', clientSeq: 1 },
  { type: 'input.transcript', text: 'hello', final: true },
  { type: 'input.commit' },
  { type: 'response.cancel', clientSeq: 2 },
  { type: 'playback.position', responseId: 'r1', playedMs: 20 },
  { type: 'playback.finished', responseId: 'r1' },
  { type: 'playback.spoken', responseId: 'r1', segment: 0, heardChars: 3, done: false },
  { type: 'client.message', name: 'cart.updated', data: { items: [1, { a: 'b' }] } },
  { type: 'tool.answer', callId: 'c', ok: true, data: [1, 2], message: 'm' },
  { type: 'consent.set', state: 'refused', words: 'no' },
  { type: 'session.end' },
  { type: 'ping', id: 'x' },
];

const TWILIO = [
  { event: 'connected', protocol: 'Call', version: '1.0.0' },
  {
    event: 'start',
    sequenceNumber: '1',
    streamSid: 'MZ1',
    start: {
      callSid: 'CA1',
      customParameters: { capability: 'x' },
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: '8000', channels: '1' },
    },
  },
  { event: 'media', media: { track: 'inbound', timestamp: '20', payload: Buffer.alloc(160, 255).toString('base64') } },
  { event: 'mark', mark: { name: 'm1' } },
  { event: 'dtmf', dtmf: { digit: '5' } },
  { event: 'stop' },
];

const ASTERISK = [
  { event: 'MEDIA_START', connection_id: 'c', channel_id: '1.2', format: 'ulaw', optimal_frame_size: 160 },
  { event: 'MEDIA_START', channel_id: '1.2', format: 'slin16' },
  { event: 'DTMF_END', digit: '#' },
  { event: 'MEDIA_MARK_PROCESSED', correlation_id: 'm1' },
  { event: 'MEDIA_XOFF' },
];

/** A call on a telephone's wire: what it says, in turn with what it is told. */
function telephone(codec: Codec, frames: readonly (readonly [Buffer, boolean])[]): void {
  for (const [frame, isBinary] of frames) {
    const read = codec.decode(frame, isBinary);
    // A second that was lost is made up at most; a mu-law byte, or six of them in base64, are a sample.
    if (read instanceof Uint8Array) holds(read.length <= 2 * frame.length + 64_000, 'audio as long as it says');
    codec.encode({ type: 'response.started', responseId: 'r1', turnId: 't1' });
    codec.audio(new Uint8Array(320));
    codec.encode({ type: 'response.audio_done', responseId: 'r1', audioMs: 20 });
    codec.cleared();
  }
}

const INVITE = [
  'INVITE sip:desk@192.0.2.1 SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1;rport, SIP/2.0/TCP [2001:db8::1];branch=z9hG4bK0',
  'Max-Forwards: 70',
  'From: "Ada \\"A\\" Park, <x>" <sip:ada@192.0.2.9;transport=udp>;tag=a',
  'To: <sip:desk@192.0.2.1>',
  'Call-ID: one',
  'CSeq: 1 INVITE',
  'Contact: <sip:ada%20b:p@192.0.2.9:5060>;expires=60',
  'Record-Route: <sip:proxy;lr>',
  'Supported: timer, 100rel',
  'Session-Expires: 1800;refresher=uac',
  'Authorization: Digest username="ada", realm="parley", nonce="n", uri="sip:a", response="0", algorithm=SHA-256',
  'Content-Type: application/sdp',
];
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=sendrecv',
  'm=video 4002 RTP/AVP 96',
  '',
].join('\r\n');
const withBody = (lines: readonly string[], body: string): string =>
  [...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
const other = (method: string): string =>
  withBody([`${method} sip:desk@192.0.2.1 SIP/2.0`, ...INVITE.slice(1, 6), `CSeq: 2 ${method}`], '');
const SIP = [
  withBody(INVITE, SDP),
  ...['ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'INFO', 'UPDATE'].map(other),
  withBody(['SIP/2.0 200 OK', ...INVITE.slice(1, 7)], ''),
  withBody(['SIP/2.0 401 Unauthorized', ...INVITE.slice(1, 7)], ''),
];

const FLOW: Flow = {
  transport: 'udp',
  address: '192.0.2.9',
  port: 5060,
  send: (text) => holds(readMessage(Buffer.from(text)) !== undefined, 'what is answered is a message'),
  at: () => FLOW,
  hold: () => () => undefined,
};

function signalled(packets: readonly Buffer[]): void {
  const faults: unknown[] = [];
  const agent = new UserAgent({
    check: ({ method }) => (method === 'REGISTER' ? { challenges: ['Digest realm="parley"'] } : undefined),
    onInvite: (transaction) => transaction.reply({ status: 486 }),
    onFault: (error) => void faults.push(error),
    maxTransactions: 3,
  });
  for (const packet of packets) agent.receive(packet, FLOW);
  agent.close();
  if (faults.length > 0) throw faults[0];
}

const rtp = (type: number, sequence: number, payload: Uint8Array): Uint8Array => {
  const packet = new RtpPacket();
  packet.setPayloadType(type);
  packet.setSequenceNumber(sequence);
  packet.setTimestamp(sequence * 160);
  packet.setSsrc(7);
  packet.setPayload(new DataView(payload.buffer, payload.byteOffset, payload.byteLength));
  packet.serialize();
  const view = packet.getView();
  return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
};
const RTP = [
  rtp(0, 1, new Uint8Array(160).fill(127)),
  rtp(8, 2, new Uint8Array(160).fill(213)),
  rtp(101, 3, Uint8Array.of(5, 0x8a, 3, 32)),
  // With a padding, an extension and a source that contributes.
  Buffer.from('b180000300000000000000070000000100010001deadbeef7f7f7f02', 'hex'),
];

function heard(packets: readonly Buffer[]): void {
  const socket = Object.assign(new EventEmitter(), { send: () => undefined });
  const stream = new RtpStream(
    { socket: socket as unknown as Socket, port: 4000, release: () => undefined },
    '192.0.2.9',
    0,
  );
  stream.listen({
    heard: (pcm) => holds(pcm.length === 320, '20 ms of audio'),
    key: (key) => holds(/^[\d*#A-D]$/.test(key), 'a key'),
    mark: () => undefined,
    silent: () => undefined,
  });
  stream.agree({ address: '192.0.2.9', port: 4000, law: 'mulaw', keysType: 101, direction: 'sendrecv' });
  stream.start();
  for (const packet of packets) {
    socket.emit('message', packet, { address: '192.0.2.9', port: 4000 });
    stream.frame();
  }
  stream.close();
}

const several = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 1, maxLength: 6 });

export const WIRE_TARGETS: readonly Target[] = [
  {
    name: 'a message of the native wire',
    share: 10,
    property: property(mangledJson(NATIVE), (frame) => {
      const read = decodeClientMessage(frame);
      holds(typeof read.type === 'string', 'a message or a fault');
      if (read.type === 'fault') holds(read.problem.length <= 300, 'a short problem');
    }),
  },
  {
    name: "a call on Twilio's wire",
    share: 4,
    property: property(several(fc.tuple(mangledJson(TWILIO), fc.constantFrom(false, false, false, true))), (frames) =>
      telephone(new TwilioCodec(), frames),
    ),
  },
  {
    name: "a call on Asterisk's wire",
    share: 4,
    property: property(
      fc.tuple(
        fc.boolean(),
        several(
          fc.oneof(
            fc.tuple(mangledJson(ASTERISK), fc.constant(false)),
            fc.tuple(mangledBytes([new Uint8Array(160)]), fc.constant(true)),
          ),
        ),
      ),
      ([isStarted, frames]) => {
        const start = [[Buffer.from(JSON.stringify(ASTERISK[0])), false] as const];
        telephone(new AsteriskCodec(), isStarted ? [...start, ...frames] : frames);
      },
    ),
  },
  {
    name: 'a SIP message, and what stands in its headers',
    share: 5,
    property: property(mangledBytes(SIP), (bytes) => {
      const message = readMessage(bytes);
      for (const name of ['via', 'from', 'to', 'contact', 'authorization', 'record-route', 'session-expires']) {
        for (const value of message?.headers.all(name) ?? []) {
          for (const item of listItems([value])) withParams(item);
          credentials(value);
          sipAddress(addressIn(value));
        }
      }
    }),
  },
  {
    name: 'packets for the SIP user agent',
    share: 3,
    property: property(several(mangledBytes(SIP)), signalled),
  },
  {
    name: 'a stream of SIP messages',
    share: 3,
    property: property(several(mangledBytes(SIP)), (pieces) => {
      const framer = new StreamFramer();
      for (const piece of pieces) for (const message of framer.push(piece) ?? []) readMessage(message);
    }),
  },
  {
    name: 'a description of audio (SDP)',
    share: 4,
    property: property(mangledText([SDP]), (text) => {
      const offer = readSdp(text);
      if (offer === undefined) return;
      holds(Number.isInteger(offer.port) && offer.port > 0 && offer.port < 65_536, 'a port');
      answerTo(offer, { address: '192.0.2.1', port: 30_000, sessionId: 7, version: 2 });
    }),
  },
  { name: 'RTP and keys of a call', share: 3, property: property(several(mangledBytes(RTP)), heard) },
  {
    name: 'an address behind proxies',
    share: 5,
    property: property(
      fc.tuple(mangledText(['203.0.113.7, 2001:db8::1, ::ffff:192.0.2.1', '::1%eth0']), fc.nat(3)),
      ([header, proxies]) => {
        const socket = { remoteAddress: '::ffff:192.0.2.1' } as Parameters<typeof clientAddress>[0]['socket'];
        const address = clientAddress({ headers: { 'x-forwarded-for': header }, socket }, proxies);
        holds(addressKey(address).length <= 64, 'a short key');
      },
    ),
  },
];
