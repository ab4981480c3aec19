// What a peer may do to a WebSocket, case by case after the list of Autobahn's suite (its numbers stand beside the groups), by
// raw sockets against the whole transport. Each case has a connection and a call of its own; another call goes on beside them
// all, and is asked after each.
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { closing, fragments, frame, OPCODE, serverFrames } from '../support/frames.js';
import type { FrameParts } from '../support/frames.js';
import { RawClient } from '../support/raw-client.js';
import { WireClient } from '../support/wire-client.js';

const { continuation, text, binary, close, ping, pong } = OPCODE;
/** The native wire's largest frame, bytes. */
const LIMIT = 64 * 1024;

interface Case {
  readonly name: string;
  readonly send: readonly Buffer[];
  /** Each byte by itself. */
  readonly bytewise?: boolean;
  /** What comes back, in order, before the close. */
  readonly answers?: readonly string[];
  /** How the server closes; undefined: it does not. */
  readonly closes?: string;
  /** What the call ends with; `disconnected` unless said otherwise. */
  readonly endedBy?: string;
}

/** A message that is answered by `text ID`, with spaces until it has `size` bytes. */
const asked = (id: string | Buffer, size = 0): Buffer => {
  const bytes = Buffer.concat([Buffer.from('{"type":"ping","id":"'), Buffer.from(id as string), Buffer.from('"}')]);
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length), ' ')]);
};
const one = (parts: FrameParts): Buffer[] => [frame(parts)];
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
const opcodeName = (opcode: number): string =>
  ({ 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' })[opcode] ?? `opcode ${opcode}`;

/** Every place where bytes can be cut in two. */
const inside = (bytes: Uint8Array): number[] => Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);

describe('a WebSocket of a peer', () => {
  let gateway: GatewayApp;
  let witness: WireClient;
  let asks = 0;

  beforeAll(async () => {
    gateway = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '100' });
    witness = await WireClient.start(gateway.stream, gateway.token('witness'));
  });
  afterEach(async () => {
    // The other call is where it was, hears and answers, and nothing is left of the case.
    const id = `witness ${(asks += 1)}`;
    const heard = witness.audio.length;
    witness.send({ type: 'ping', id });
    witness.ws.send(Buffer.alloc(640, 7));
    await witness.until(() => witness.audio.length === heard + 1, 'the echo');
    await witness.until(() => witness.messages.some((message) => 'id' in message && message.id === id), 'the pong');
    await witness.until(() => gateway.sessions.active === 1, 'the case to be gone');
    expect(gateway.calls.calls[0]?.endedBy).toBeUndefined();
    expect(gateway.calls.faults).toEqual([]);
  });
  afterAll(async () => {
    await witness.close();
    await gateway.close();
  });

  const started = async (headers: Record<string, string> = {}): Promise<RawClient> => {
    const client = await RawClient.connect(gateway.port);
    client.socket.setNoDelay(true);
    client.handshake({ Authorization: `Bearer ${gateway.token()}`, ...headers });
    client.write(frame({ opcode: text, payload: '{"type":"session.start","protocol":1}' }));
    await client.until(() => client.received.includes('session.started'), 'session.started');
    return client;
  };

  /** All that came after session.started, in words. Pings of the server's own are not meant. */
  const said = (client: RawClient): string[] => {
    const bytes = Buffer.from(client.received, 'latin1');
    const frames = serverFrames(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
    return frames.flatMap(({ opcode, payload }) => {
      if (opcode === ping) return [];
      if (opcode === pong) return [`pong ${payload.toString('latin1')}`];
      if (opcode === binary) return [`binary ${payload.length}`];
      if (opcode === close) {
        return [
          payload.length === 0 ? 'close' : `close ${payload.readUInt16BE()} ${payload.toString('utf8', 2)}`.trim(),
        ];
      }
      const message = JSON.parse(payload.toString()) as { type: string; id?: string; code?: string };
      if (message.type === 'pong') return [`text ${message.id}`];
      return message.type === 'error' ? [`error ${message.code}`] : [];
    });
  };

  const send = async (client: RawClient, bytes: readonly Buffer[], bytewise: boolean): Promise<void> => {
    for (const piece of bytes) {
      for (const part of bytewise ? Array.from(piece, (byte) => Buffer.from([byte])) : [piece]) {
        if (!client.socket.destroyed) client.write(part);
        if (bytewise) await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };

  const holds = async ({ send: bytes, bytewise = false, answers = [], closes, endedBy }: Case): Promise<void> => {
    const client = await started();
    const call = gateway.calls.calls.at(-1);
    await send(client, bytes, bytewise);
    if (closes === undefined) {
      // Whoever broke no rule is answered still.
      client.write(frame({ opcode: text, payload: asked('the end') }));
      await client.until(() => said(client).includes('text the end') || client.socket.readableEnded, 'the answer');
      expect(said(client)).toEqual([...answers, 'text the end']);
      client.socket.destroy();
    } else {
      await client.until(() => said(client).some((line) => line.startsWith('close')), 'the close frame');
      client.socket.end();
      await client.hungUp();
      expect(said(client)).toEqual([...answers, closes]);
    }
    await client.until(() => call?.endedBy !== undefined, 'the call to end');
    expect(call?.endedBy).toBe(endedBy ?? 'disconnected');
  };

  const group = (title: string, cases: readonly Case[]): void => {
    it.each(cases.map((each) => [each.name, each] as const))(`${title}: %s`, async (_name, each) => holds(each));
  };

  const sizes = [0, 125, 126, 127, 128, 65_535, LIMIT];
  group('sizes (1)', [
    ...sizes.slice(1).flatMap((size): Case[] => [
      { name: `text of ${size} bytes`, send: one({ opcode: text, payload: asked('a', size) }), answers: ['text a'] },
      {
        name: `text of ${size} bytes in chops of 997`,
        send: chopped(frame({ opcode: text, payload: asked('a', size) }), 997),
        answers: ['text a'],
      },
    ]),
    { name: 'text of no bytes', send: one({ opcode: text }), answers: ['error bad_json'] },
    ...sizes.map((size): Case => ({
      name: `binary of ${size} bytes`,
      send: one({ opcode: binary, payload: Buffer.alloc(size & ~1, 1) }),
      answers: size === 0 ? ['binary 0'] : [`binary ${size & ~1}`],
    })),
  ]);

  const tenPings = Array.from({ length: 10 }, (_, index) => frame({ opcode: ping, payload: `ping ${index}` }));
  const tenPongs = tenPings.map((_, index) => `pong ping ${index}`);
  group('pings and pongs (2)', [
    { name: 'a ping of nothing', send: one({ opcode: ping }), answers: ['pong '] },
    { name: 'a ping with text', send: one({ opcode: ping, payload: 'Hello' }), answers: ['pong Hello'] },
    {
      name: 'a ping with bytes that are no text',
      send: one({ opcode: ping, payload: hex('00fffefdfcfb00ff') }),
      answers: [`pong ${hex('00fffefdfcfb00ff').toString('latin1')}`],
    },
    {
      name: 'a ping of 125 bytes',
      send: one({ opcode: ping, payload: Buffer.alloc(125, 254) }),
      answers: [`pong ${'\u00fe'.repeat(125)}`],
    },
    {
      name: 'a ping of 125 bytes, byte by byte',
      send: one({ opcode: ping, payload: Buffer.alloc(125, 254) }),
      bytewise: true,
      answers: [`pong ${'\u00fe'.repeat(125)}`],
    },
    { name: 'a ping of 126 bytes', send: one({ opcode: ping, payload: Buffer.alloc(126, 254) }), closes: 'close 1002' },
    { name: 'a pong that nobody asked for', send: one({ opcode: pong }) },
    { name: 'a pong with text that nobody asked for', send: one({ opcode: pong, payload: 'unsolicited' }) },
    {
      name: 'a pong that nobody asked for, then a ping',
      send: [frame({ opcode: pong, payload: 'unsolicited' }), frame({ opcode: ping, payload: 'asked' })],
      answers: ['pong asked'],
    },
    { name: 'ten pings', send: tenPings, answers: tenPongs },
    { name: 'ten pings, byte by byte', send: tenPings, bytewise: true, answers: tenPongs },
  ]);

  const first = frame({ opcode: text, payload: asked('first') });
  const last = frame({ opcode: ping, payload: 'after' });
  group('reserved bits, compression that was not agreed to among them (3, 12)', [
    ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) =>
      [continuation, text, binary, close, ping, pong].map((opcode): Case => {
        const bad = frame({ opcode, rsv, payload: opcode === close ? closing(1000) : 'x' });
        const open = opcode === continuation ? [frame({ opcode: text, payload: 'x', fin: false })] : [];
        return {
          name: `RSV ${rsv} on ${opcodeName(opcode)}, after what is right and before what is`,
          send: [first, ...open, bad, last],
          answers: ['text first'],
          closes: 'close 1002',
        };
      }),
    ),
    {
      name: 'byte by byte',
      send: [first, frame({ opcode: text, rsv: 4, payload: 'x' })],
      bytewise: true,
      answers: ['text first'],
      closes: 'close 1002',
    },
  ]);

  group(
    'reserved opcodes (4)',
    [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode): Case[] => [
      { name: `${opcode} with nothing`, send: one({ opcode }), closes: 'close 1002' },
      {
        name: `${opcode} with a payload, between two that are right`,
        send: [first, frame({ opcode, payload: 'x' }), last],
        answers: ['text first'],
        closes: 'close 1002',
      },
      {
        name: `${opcode}, byte by byte`,
        send: [first, frame({ opcode, payload: 'x' })],
        bytewise: true,
        answers: ['text first'],
        closes: 'close 1002',
      },
    ]),
  );

  const question = asked('whole');
  const [half, rest] = fragments(text, question, [9]) as [Buffer, Buffer];
  const lone = frame({ opcode: continuation, payload: 'x' });
  const loneOpen = frame({ opcode: continuation, payload: 'x', fin: false });
  group('fragments (5)', [
    ...[ping, pong, close].flatMap((opcode): Case[] => {
      const payload = opcode === close ? closing(1000) : 'half';
      return [
        {
          name: `a ${opcodeName(opcode)} in two`,
          send: [frame({ opcode, payload, fin: false }), lone],
          closes: 'close 1002',
        },
        {
          name: `a ${opcodeName(opcode)} that is not the last, inside a message`,
          send: [half, frame({ opcode, payload, fin: false })],
          closes: 'close 1002',
        },
      ];
    }),
    { name: 'text in two', send: [half, rest], answers: ['text whole'] },
    { name: 'text in two, byte by byte', send: [half, rest], bytewise: true, answers: ['text whole'] },
    {
      name: 'text in as many as it has bytes',
      send: fragments(text, question, inside(question)),
      answers: ['text whole'],
    },
    {
      name: 'text in 256',
      send: fragments(
        text,
        asked('whole', 400),
        Array.from({ length: 255 }, (_, index) => index + 1),
      ),
      answers: ['text whole'],
    },
    {
      name: 'text in 257, which are more than are taken',
      send: fragments(
        text,
        asked('whole', 400),
        Array.from({ length: 256 }, (_, index) => index + 1),
      ),
      closes: 'close 1008',
    },
    { name: 'bytes in two', send: fragments(binary, Buffer.alloc(640), [3]), answers: ['binary 640'] },
    {
      name: 'text whose fragments are empty but one',
      send: fragments(text, question, [0, 0, question.length, question.length]),
      answers: ['text whole'],
    },
    { name: 'text of empty fragments', send: fragments(text, Buffer.alloc(0), [0, 0]), answers: ['error bad_json'] },
    {
      name: 'a ping between two fragments',
      send: [half, frame({ opcode: ping, payload: 'between' }), rest],
      answers: ['pong between', 'text whole'],
    },
    {
      name: 'a ping between two fragments, byte by byte',
      send: [half, frame({ opcode: ping, payload: 'between' }), rest],
      bytewise: true,
      answers: ['pong between', 'text whole'],
    },
    {
      name: 'a pong between two fragments',
      send: [half, frame({ opcode: pong, payload: 'between' }), rest],
      answers: ['text whole'],
    },
    {
      name: 'a ping between any two fragments',
      send: fragments(text, question, [5, 10, 15, 20]).flatMap((part, index) => [
        part,
        frame({ opcode: ping, payload: `${index}` }),
      ]),
      answers: ['pong 0', 'pong 1', 'pong 2', 'pong 3', 'text whole', 'pong 4'],
    },
    {
      name: 'a close between two fragments',
      send: [half, frame({ opcode: close, payload: closing(1000) }), rest],
      closes: 'close 1000',
      endedBy: 'client',
    },
    { name: 'a continuation of nothing', send: [lone], closes: 'close 1002' },
    { name: 'a continuation of nothing that goes on', send: [loneOpen], closes: 'close 1002' },
    { name: 'a continuation of nothing that goes on, then text', send: [loneOpen, first], closes: 'close 1002' },
    { name: 'a continuation of what is whole', send: [first, lone], answers: ['text first'], closes: 'close 1002' },
    {
      name: 'a continuation of what was in two',
      send: [half, rest, lone],
      answers: ['text whole'],
      closes: 'close 1002',
    },
    { name: 'an empty continuation of nothing', send: one({ opcode: continuation }), closes: 'close 1002' },
    ...[text, binary].flatMap((opcode): Case[] => [
      {
        name: `${opcodeName(opcode)} before text has ended`,
        send: [half, frame({ opcode, payload: 'x' })],
        closes: 'close 1002',
      },
      {
        name: `${opcodeName(opcode)} that is not the last, before text has ended`,
        send: [half, frame({ opcode, payload: 'x', fin: false })],
        closes: 'close 1002',
      },
    ]),
  ]);

  const valid = [
    'κόσμε',
    '\u0080',
    'ࠀ',
    '𐀀',
    '\u007f',
    '\u07ff',
    '\uffff',
    '\u{10ffff}',
    '\ud7ff',
    '\ue000',
    '\ufffd',
    '\ufffe',
    '\u{1fffe}',
    '\u{5ffff}',
    'Hello-µ@ßöäüàá-UTF-8!!',
    '🙂👩‍👩‍👧',
  ];
  const wrong = [
    ['an overlong ending of a text', 'cebae1bdb9cf83cebcceb5eda080656469746564'],
    ['beyond the last code point', 'f4908080'],
    ['four bytes beyond', 'f7bfbfbf'],
    ['five bytes', 'f888808080'],
    ['the last of five bytes', 'fbbfbfbfbf'],
    ['six bytes', 'fc8480808080'],
    ['the last of six bytes', 'fdbfbfbfbfbf'],
    ['a continuation alone', '80'],
    ['the last continuation alone', 'bf'],
    ['all continuations', Buffer.from(Array.from({ length: 64 }, (_, index) => 0x80 + index)).toString('hex')],
    ['a beginning of two alone', 'c220'],
    ['a beginning of three alone', 'e020'],
    ['a beginning of four alone', 'f020'],
    ['two of three', 'e0a0'],
    ['three of four', 'f09080'],
    ['the last of two, cut', 'df'],
    ['the last of three, cut', 'efbf'],
    ['the last of four, cut', 'f48fbf'],
    ['beginnings after one another', 'c2e0f0c2'],
    ['FE', 'fe'],
    ['FF', 'ff'],
    ['FE and FF', 'fefeffff'],
    ['a slash in two', 'c0af'],
    ['a slash in three', 'e080af'],
    ['a slash in four', 'f08080af'],
    ['the last overlong of two', 'c1bf'],
    ['the last overlong of three', 'e09fbf'],
    ['the last overlong of four', 'f08fbfbf'],
    ['NUL in two', 'c080'],
    ['NUL in three', 'e08080'],
    ['NUL in four', 'f0808080'],
    ['the first surrogate', 'eda080'],
    ['the last high surrogate', 'edafbf'],
    ['the first low surrogate', 'edb080'],
    ['the last surrogate', 'edbfbf'],
    ['a pair of surrogates', 'eda080edb080'],
    ['the last pair of surrogates', 'edafbfedbfbf'],
  ] as const;
  group('UTF-8 that is right (6)', [
    ...valid.flatMap((id, index): Case[] => {
      const whole = asked(id);
      return [
        { name: `${index} ${id}`, send: one({ opcode: text, payload: whole }), answers: [`text ${id}`] },
        {
          name: `${index} ${id} cut at each byte`,
          send: fragments(text, whole, inside(whole)),
          answers: [`text ${id}`],
        },
        {
          name: `${index} ${id} cut at each byte, with pings between, byte by byte`,
          send: fragments(text, whole, inside(whole).slice(20, -2)).flatMap((part) => [part, frame({ opcode: pong })]),
          bytewise: true,
          answers: [`text ${id}`],
        },
      ];
    }),
    {
      name: 'a mark of the byte order, which is no JSON',
      send: one({ opcode: text, payload: '\ufeff{}' }),
      answers: ['error bad_json'],
    },
    { name: 'NUL', send: one({ opcode: text, payload: '\0' }), answers: ['error bad_json'] },
  ]);
  group(
    'UTF-8 that is wrong (6)',
    wrong.flatMap(([name, digits]): Case[] => {
      const bytes = hex(digits);
      // ws reads short texts in another way than long ones.
      const long = asked(bytes, 200);
      const at = long.indexOf(bytes);
      return [
        { name: `${name}, alone`, send: one({ opcode: text, payload: bytes }), closes: 'close 1007' },
        {
          name: `${name}, in JSON`,
          send: [first, frame({ opcode: text, payload: long }), last],
          answers: ['text first'],
          closes: 'close 1007',
        },
        {
          name: `${name}, cut in its middle`,
          send: fragments(text, long, [at, at + Math.ceil(bytes.length / 2)]),
          closes: 'close 1007',
        },
        { name: `${name}, cut at each byte`, send: fragments(text, bytes, inside(bytes)), closes: 'close 1007' },
      ];
    }),
  );

  const codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999];
  const noCodes = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535];
  const farewell = frame({ opcode: close, payload: closing(1000) });
  group('closing (7)', [
    { name: 'of nothing', send: one({ opcode: close }), closes: 'close' },
    ...codes.flatMap((code): Case[] => [
      {
        name: `with ${code}`,
        send: one({ opcode: close, payload: closing(code) }),
        closes: `close ${code}`,
        endedBy: code === 1000 ? 'client' : 'disconnected',
      },
      {
        name: `with ${code} and a reason`,
        send: one({ opcode: close, payload: closing(code, 'käse') }),
        closes: `close ${code} käse`,
        endedBy: code === 1000 ? 'client' : 'disconnected',
      },
    ]),
    ...noCodes.map((code): Case => ({
      name: `with ${code}, which is no code`,
      send: one({ opcode: close, payload: closing(code, 'x') }),
      closes: 'close 1002',
    })),
    { name: 'with half a code', send: one({ opcode: close, payload: hex('03') }), closes: 'close 1002' },
    {
      name: 'with a reason of 123 bytes',
      send: one({ opcode: close, payload: closing(1000, 'r'.repeat(123)) }),
      closes: `close 1000 ${'r'.repeat(123)}`,
      endedBy: 'client',
    },
    {
      name: 'with a reason of 124 bytes',
      send: one({ opcode: close, payload: closing(1000, 'r'.repeat(124)) }),
      closes: 'close 1002',
    },
    {
      name: 'with a length of 16 bits',
      send: one({ opcode: close, payload: closing(1000), lengthBits: 16 }),
      closes: 'close 1002',
    },
    ...wrong.map(([name, digits]): Case => ({
      name: `with a reason that is ${name}`,
      send: one({ opcode: close, payload: closing(1000, hex(digits)) }),
      closes: 'close 1007',
    })),
    {
      name: 'and then text',
      send: [first, farewell, frame({ opcode: text, payload: asked('late') })],
      answers: ['text first'],
      closes: 'close 1000',
      endedBy: 'client',
    },
    { name: 'and then a ping', send: [farewell, last], closes: 'close 1000', endedBy: 'client' },
    { name: 'twice', send: [farewell, farewell], closes: 'close 1000', endedBy: 'client' },
    {
      name: 'and then what breaks the rules',
      send: [farewell, frame({ opcode: 7, rsv: 7, payload: 'x' })],
      closes: 'close 1000',
      endedBy: 'client',
    },
    { name: 'in the middle of a message', send: [half, farewell], closes: 'close 1000', endedBy: 'client' },
    {
      name: 'byte by byte',
      send: one({ opcode: close, payload: closing(1001, 'going') }),
      bytewise: true,
      closes: 'close 1001 going',
    },
  ]);

  group('masks', [
    { name: 'of zeros', send: one({ opcode: text, payload: asked('a'), mask: [0, 0, 0, 0] }), answers: ['text a'] },
    {
      name: 'of ones',
      send: one({ opcode: text, payload: asked('a'), mask: [255, 255, 255, 255] }),
      answers: ['text a'],
    },
    {
      name: 'another for each fragment',
      send: [half, frame({ opcode: continuation, payload: question.subarray(9), mask: [9, 8, 7, 6] })],
      answers: ['text whole'],
    },
    ...[text, binary, close, ping, pong].map((opcode): Case => ({
      name: `none on ${opcodeName(opcode)}`,
      send: [first, frame({ opcode, payload: opcode === close ? closing(1000) : 'ab', mask: null }), last],
      answers: ['text first'],
      closes: 'close 1002',
    })),
    {
      name: 'none on a continuation',
      send: [half, frame({ opcode: continuation, payload: question.subarray(9), mask: null })],
      closes: 'close 1002',
    },
    { name: 'none on nothing', send: one({ opcode: text, mask: null }), closes: 'close 1002' },
  ]);

  const tooLarge = (name: string, length: bigint): Case => ({
    name,
    send: [frame({ opcode: binary, payload: Buffer.alloc(64), lengthBits: 64, length })],
    closes: 'close 1009',
  });
  group('lengths, and more than is allowed (9, 10)', [
    {
      name: 'in 16 bits where 7 do',
      send: one({ opcode: text, payload: asked('a'), lengthBits: 16 }),
      answers: ['text a'],
    },
    {
      name: 'in 64 bits where 7 do',
      send: one({ opcode: text, payload: asked('a'), lengthBits: 64 }),
      answers: ['text a'],
    },
    { name: 'of a ping, in 16 bits', send: one({ opcode: ping, payload: 'a', lengthBits: 16 }), closes: 'close 1002' },
    { name: 'of a ping, in 64 bits', send: one({ opcode: ping, payload: 'a', lengthBits: 64 }), closes: 'close 1002' },
    tooLarge('with the top bit of 64', 1n << 63n),
    tooLarge('with the top bit of 64 and a small rest', (1n << 63n) | 64n),
    tooLarge('of all ones', (1n << 64n) - 1n),
    tooLarge('of 2 to the 53', 1n << 53n),
    tooLarge('just under it', (1n << 53n) - 1n),
    tooLarge('of 4 GB', 1n << 32n),
    tooLarge('one byte beyond what is read at all', BigInt(2 * LIMIT + 1)),
    {
      name: 'one byte too many',
      send: one({ opcode: text, payload: asked('a', LIMIT + 1) }),
      answers: ['error frame_too_large'],
      closes: 'close 1009 frame too large',
      endedBy: 'error',
    },
    {
      name: 'two fragments, together too many',
      send: fragments(binary, Buffer.alloc(LIMIT + 2), [LIMIT]),
      answers: ['error frame_too_large'],
      closes: 'close 1009 frame too large',
      endedBy: 'error',
    },
    {
      name: 'fragments that grow and grow',
      send: [
        frame({ opcode: binary, payload: Buffer.alloc(LIMIT), fin: false }),
        frame({ opcode: continuation, payload: Buffer.alloc(LIMIT), fin: false }),
        frame({ opcode: continuation, payload: Buffer.alloc(2), fin: false }),
      ],
      closes: 'close 1009',
    },
  ]);

  it.each([
    ['in its first byte', 1],
    ['in its length', 3],
    ['in its mask', 6],
    ['in its payload', 20],
  ])('may hang up in the middle of a frame: %s', async (_where, length) => {
    const client = await started();
    const call = gateway.calls.calls.at(-1);
    client.write(frame({ opcode: text, payload: asked('a', 300) }).subarray(0, length));
    client.socket.end();
    await client.hungUp();
    await client.until(() => call?.endedBy !== undefined, 'the call to end');
    expect(call?.endedBy).toBe('disconnected');
  });

  it('is not given the compression that it offers, nor what it makes up', async () => {
    for (const offer of [
      'permessage-deflate',
      'permessage-deflate; client_max_window_bits; server_no_context_takeover',
      'x-other',
    ]) {
      const client = await started({ 'Sec-WebSocket-Extensions': offer });
      expect(client.received.slice(0, client.received.indexOf('\r\n\r\n'))).not.toMatch(/extensions/i);
      client.write(frame({ opcode: text, rsv: 4, payload: hex('ab56ca4b2c4905000000ffff') }));
      await client.until(() => said(client).length > 0, 'the close frame');
      expect(said(client)).toEqual(['close 1002']);
      client.socket.destroy();
    }
  });
});

function chopped(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
