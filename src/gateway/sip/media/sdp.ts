// What is agreed about the audio (RFC 4566, RFC 3264): one stream of G.711 each way, keys as RFC 4733.
import { randomInt } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';
import { parse, write } from 'sdp-transform';
import type { MediaDescription, SessionDescription } from 'sdp-transform';
import type { G711Law } from '../../../audio/g711.js';

/** RFC 3551. */
export const PAYLOAD_TYPES = { mulaw: 0, alaw: 8 } as const satisfies Record<G711Law, number>;
const NAMES = { mulaw: 'PCMU', alaw: 'PCMA' } as const satisfies Record<G711Law, string>;
/** What keys are called in an offer of ours; any dynamic number does. */
const OUR_KEYS_TYPE = 101;

/** Longest line and most lines that are looked at: no telephone writes more. */
const MAX_LINE = 1024;
const MAX_LINES = 256;

type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What the other side says of itself. */
export interface RemoteAudio {
  readonly address: string;
  readonly port: number;
  /** What to speak to it. */
  readonly law: G711Law;
  /** Payload type of keys, where it can send them. */
  readonly keysType: number | undefined;
  /** As it sees it: `sendonly` and `inactive` put us on hold. */
  readonly direction: Direction;
}

export interface Offer extends RemoteAudio {
  readonly session: SessionDescription;
  /** Which of its media lines is ours. */
  readonly line: number;
}

/** An offer, or the answer to ours; undefined where there is no G.711 over plain RTP to an address in it. Does not throw. */
export function readSdp(body: string): Offer | undefined {
  const lines = body.split(/\r\n|\r|\n/);
  if (lines.length > MAX_LINES || lines.some((line) => line.length > MAX_LINE)) return undefined;
  const session = parsed(body);
  if (session === undefined) return undefined;
  const line = session.media.findIndex((media) => lawOf(media) !== undefined);
  const media = session.media[line];
  const law = media && lawOf(media);
  const address = media?.connection?.ip ?? session.connection?.ip ?? '';
  if (media === undefined || law === undefined || isIP(address) === 0) return undefined;
  const keysType = media.rtp.find(({ codec, rate }) => /^telephone-event$/i.test(codec) && rate === 8000)?.payload;
  // An older way to put somebody on hold (RFC 3264 section 8.4).
  const nowhere = address === '0.0.0.0';
  const direction = nowhere ? 'inactive' : (media.direction ?? session.direction ?? 'sendrecv');
  return { session, line, address, port: media.port, law, keysType, direction: knownDirection(direction) };
}

function parsed(body: string): SessionDescription | undefined {
  try {
    return parse(body);
  } catch {
    return undefined;
  }
}

const knownDirection = (written: string): Direction =>
  written === 'sendonly' || written === 'recvonly' || written === 'inactive' ? written : 'sendrecv';

/** The first law that the line offers, in its own order of preference. */
function lawOf({ type, protocol, port, payloads, rtp }: MediaDescription): G711Law | undefined {
  if (type !== 'audio' || protocol !== 'RTP/AVP' || !Number.isInteger(port) || port < 1 || port > 65_535)
    return undefined;
  // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- a single one comes as a number, whatever the types say
  for (const payload of String(payloads ?? '').split(' ')) {
    // A static type may be named again, as itself.
    // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- what looks like a number comes as one, too
    const named = String(rtp.find((each) => each.payload === Number(payload))?.codec ?? '').toUpperCase();
    if (payload === '0' && (named === '' || named === 'PCMU')) return 'mulaw';
    if (payload === '8' && (named === '' || named === 'PCMA')) return 'alaw';
  }
  return undefined;
}

/** Where we take RTP, and which version of the description this is: it grows with every one of a call. */
export interface LocalAudio {
  readonly address: string;
  readonly port: number;
  readonly sessionId: number;
  readonly version: number;
}

export const newSessionId = (): number => randomInt(1, 2 ** 31);

const ANSWERS = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
} as const satisfies Record<Direction, Direction>;

/** The answer to an offer: its audio, in the law that it prefers, and no to whatever else it has. */
export function answerTo({ session, line, law, keysType, direction }: Offer, local: LocalAudio): string {
  const media = session.media.map((offered, at) =>
    at === line ? audioLine(local, [law], keysType, ANSWERS[direction]) : refused(offered),
  );
  return describe(local, media);
}

/** For an INVITE that leaves the offer to us. */
export const offerOf = (local: LocalAudio): string =>
  describe(local, [audioLine(local, ['mulaw', 'alaw'], OUR_KEYS_TYPE, 'sendrecv')]);

function audioLine(
  { port }: LocalAudio,
  laws: readonly G711Law[],
  keysType: number | undefined,
  direction: Direction,
): MediaDescription {
  const keys = keysType === undefined ? [] : [keysType];
  return {
    type: 'audio',
    port,
    protocol: 'RTP/AVP',
    payloads: [...laws.map((law) => PAYLOAD_TYPES[law]), ...keys].join(' '),
    rtp: [
      ...laws.map((law) => ({ payload: PAYLOAD_TYPES[law] as number, codec: NAMES[law] as string, rate: 8000 })),
      ...keys.map((payload) => ({ payload, codec: 'telephone-event', rate: 8000 })),
    ],
    fmtp: keys.map((payload) => ({ payload, config: '0-15' })),
    ptime: 20,
    direction,
  };
}

const refused = ({ type, protocol, payloads }: MediaDescription): MediaDescription => ({
  type,
  port: 0,
  protocol,
  payloads: payloads ?? '0',
  rtp: [],
  fmtp: [],
});

function describe({ address, sessionId, version }: LocalAudio, media: MediaDescription[]): string {
  const ipVer = isIPv6(address) ? 6 : 4;
  return write({
    version: 0,
    origin: { username: '-', sessionId, sessionVersion: version, netType: 'IN', ipVer, address },
    name: 'parley',
    connection: { version: ipVer, ip: address },
    timing: { start: 0, stop: 0 },
    media,
  });
}
