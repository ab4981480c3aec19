import fc from 'fast-check';
import { addressIn, credentials, listItems, sipAddress, withParams } from './header-values.js';
import { MAX_MESSAGE_BYTES, readMessage } from './message.js';
import { StreamFramer } from './stream-framer.js';

const text = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));
const OPTIONS = text(
  'OPTIONS sip:desk@192.0.2.1 SIP/2.0',
  'v: SIP/2.0/UDP [2001:db8::9]:5062;branch=z9hG4bK1;rport, SIP/2.0/TCP 192.0.2.9;branch=z9hG4bK0',
  'Via: SIP/2.0/UDP first.example.com',
  'f: "Ada \\"A\\" Park, <x>" <sip:ada@example.com;transport=udp>;tag=one',
  't: sip:desk@192.0.2.1',
  'i: 1@x',
  'CSeq: 1',
  '\t OPTIONS',
  'l: 4',
  '',
  'bodymore',
);

describe('a SIP message', () => {
  it('is read with compact names, folded lines, lists and IPv6', () => {
    const message = readMessage(OPTIONS);
    if (message === undefined || 'status' in message) throw new Error('not a request');
    expect(message).toMatchObject({ method: 'OPTIONS', uri: 'sip:desk@192.0.2.1', body: 'body' });
    expect(message.headers.get('cseq')).toBe('1 OPTIONS');
    const vias = listItems(message.headers.all('via'));
    expect(vias).toHaveLength(3);
    const { main, params } = withParams(vias[0] ?? '');
    expect(main).toBe('SIP/2.0/UDP [2001:db8::9]:5062');
    expect([params.get('branch'), params.has('rport')]).toEqual(['z9hG4bK1', true]);
    const from = message.headers.get('from') ?? '';
    expect(addressIn(from)).toBe('sip:ada@example.com;transport=udp');
    expect(withParams(from).params.get('tag')).toBe('one');
    expect(addressIn(message.headers.get('to') ?? '')).toBe('sip:desk@192.0.2.1');
  });

  it('is a response where it says so', () => {
    expect(readMessage(text('SIP/2.0 486 Busy Here', 'Via: SIP/2.0/UDP a', '', ''))).toMatchObject({ status: 486 });
    expect(readMessage(text('SIP/2.0 200', 'Via: SIP/2.0/UDP a', '', ''))).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['keep-alives', Buffer.from('\r\n\r\n')],
    ['HTTP', text('GET / HTTP/1.1', 'Host: x', '', '')],
    ['no end of the head', text('OPTIONS sip:a SIP/2.0', 'Via: x')],
    ['a body that is not all there', text('OPTIONS sip:a SIP/2.0', 'Content-Length: 10', '', 'short')],
    ['a length that is none', text('OPTIONS sip:a SIP/2.0', 'Content-Length: -5', '', 'short')],
    ['a line without a name', text('OPTIONS sip:a SIP/2.0', ': x', '', '')],
    ['a header that ends early', text('OPTIONS sip:a SIP/2.0', 'Subject: a\nVia: forged', '', '')],
    ['too many headers', text('OPTIONS sip:a SIP/2.0', ...Array<string>(200).fill('Subject: x'), '', '')],
    ['too much', Buffer.concat([OPTIONS, Buffer.alloc(MAX_MESSAGE_BYTES)])],
  ])('is none where there is %s', (_, bytes) => {
    expect(readMessage(bytes)).toBeUndefined();
  });

  it('never throws, whatever comes, and takes a time that grows with its length', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('\r\n', '"', '<', '>', ';', ',', '=', '\\', ':', ' ', 'Via: '));
    const line = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.uint8Array({ maxLength: 200 }), (lines, junk) => {
        const bytes = Buffer.concat([text('INVITE sip:a@b SIP/2.0', ...lines, '', ''), junk]);
        for (const each of [bytes, Buffer.from(junk)]) {
          const message = readMessage(each);
          for (const name of ['via', 'from', 'to', 'contact', 'authorization']) {
            for (const value of message?.headers.all(name) ?? []) {
              for (const item of listItems([value])) withParams(item);
              credentials(value);
              sipAddress(addressIn(value));
            }
          }
        }
      }),
      { numRuns: 500 },
    );
    // What takes an expression that backtracks seconds.
    const started = performance.now();
    const long = 'a'.repeat(MAX_MESSAGE_BYTES - 200);
    for (const value of [`Digest ${long}`, `"${long}`, `<${long}`, ';'.repeat(15_000), '\\"'.repeat(7000)]) {
      const message = readMessage(text('INVITE sip:a SIP/2.0', `Authorization: ${value}`, '', ''));
      const said = message?.headers.get('authorization') ?? '';
      credentials(said);
      listItems([said]).map((item) => withParams(item));
      addressIn(said);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('a stream of messages', () => {
  const second = text('BYE sip:a SIP/2.0', 'Content-Length: 0', '', '');

  it('is cut by Content-Length, wherever the network cuts it', () => {
    const whole = OPTIONS.subarray(0, OPTIONS.length - 4);
    const stream = Buffer.concat([Buffer.from('\r\n\r\n'), whole, second, Buffer.from('\r\n')]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 }), (cuts) => {
        const framer = new StreamFramer();
        const ends = [...cuts.toSorted((a, b) => a - b), stream.length];
        const pieces = ends.map((end, at) => stream.subarray(at === 0 ? 0 : ends[at - 1], end));
        const messages = pieces.flatMap((piece): Buffer[] => framer.push(piece) ?? [Buffer.from('lost')]);
        expect(messages.map(String)).toEqual([String(whole), String(second)]);
      }),
    );
  });

  it.each([
    ['no length', text('OPTIONS sip:a SIP/2.0', 'Via: x', '', '')],
    ['a length that is none', text('OPTIONS sip:a SIP/2.0', 'Content-Length: abc', '', '')],
    ['a body that would fill the memory', text('OPTIONS sip:a SIP/2.0', 'Content-Length: 999999999', '', '')],
    ['a head without an end', Buffer.alloc(MAX_MESSAGE_BYTES + 1, 'x')],
  ])('is given up for %s', (_, bytes) => {
    expect(new StreamFramer().push(bytes)).toBeUndefined();
  });
});
