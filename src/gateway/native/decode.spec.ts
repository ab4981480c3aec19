import { assert, json, oneof, property, uint8Array } from 'fast-check';
import { decodeClientMessage } from './decode.js';

const decode = (value: unknown) =>
  decodeClientMessage(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const start = (fields: object) => ({ type: 'session.start', protocol: 1, ...fields });
const resume = (fields: object) => ({
  type: 'session.resume',
  protocol: 1,
  sessionId: 's',
  resumeToken: 't',
  lastSeq: 0,
  ...fields,
});

/** Deeper than a stack. */
const deep = (beginning: string): string => `${beginning}${'['.repeat(30_000)}${']'.repeat(30_000)}}`;

describe('decodeClientMessage', () => {
  it('reads every message, and fills in what may be left out', () => {
    expect(decode({ type: 'ping', id: 'x' })).toEqual({ type: 'ping', id: 'x' });
    expect(decode(start({ audio: { input: { sampleRate: 8000 } } }))).toEqual({
      type: 'session.start',
      protocol: 1,
      audio: { input: { encoding: 'pcm16', sampleRate: 8000 } },
    });
  });

  it.each([
    ['not JSON', '{"type":', 'bad_json'],
    ['nothing', '', 'bad_json'],
    ['a number', 7, 'bad_message'],
    ['null', null, 'bad_message'],
    ['a list', [], 'bad_message'],
    ['no type', {}, 'bad_message'],
    ['an unknown type', { type: 'session.hack' }, 'bad_message'],
    ['an unknown field', { type: 'session.end', now: true }, 'bad_message'],
    ['a field of the wrong type', { type: 'text.submit', text: 7 }, 'bad_message'],
    ['blank text', { type: 'text.submit', text: '  ' }, 'bad_message'],
    ['a message without data', { type: 'client.message', name: 'cart' }, 'bad_message'],
    ['a message without a name', { type: 'client.message', name: '', data: 1 }, 'bad_message'],
    ['a name that is a sentence', { type: 'client.message', name: 'do this', data: 1 }, 'bad_message'],
    ['too much data', { type: 'client.message', name: 'cart', data: 'x'.repeat(4096) }, 'bad_message'],
    ['data without a bottom', deep('{"type":"client.message","name":"cart","data":'), 'bad_message'],
    ['an answer without a bottom', deep('{"type":"tool.answer","callId":"c","ok":true,"data":'), 'bad_message'],
    ['another protocol', { type: 'session.start', protocol: 2 }, 'unsupported_protocol'],
    ['no protocol', { type: 'session.start' }, 'bad_message'],
    ['another protocol to resume', resume({ protocol: 2 }), 'unsupported_protocol'],
    ['a session without a name', resume({ sessionId: '' }), 'bad_message'],
    ['a token without end', resume({ resumeToken: 'x'.repeat(129) }), 'bad_message'],
    ['a token that is no text', resume({ resumeToken: { $ne: '' } }), 'bad_message'],
    ['a negative number', resume({ lastSeq: -1 }), 'bad_message'],
    ['half a number', resume({ lastSeq: 0.5 }), 'bad_message'],
    ['a number beyond all numbers', resume({ lastSeq: 2 ** 53 }), 'bad_message'],
    ['a number as text', resume({ lastSeq: '7' }), 'bad_message'],
    ['a position before the beginning', resume({ heard: { responseId: 'r', playedMs: -1 } }), 'bad_message'],
    ['two positions', resume({ heard: { responseId: 'r', playedMs: 1, segment: 0, heardChars: 1 } }), 'bad_message'],
    ['another rate', start({ audio: { input: { sampleRate: 12_345 } } }), 'unsupported_audio'],
    ['another encoding', start({ audio: { output: { encoding: 'flac', sampleRate: 48_000 } } }), 'unsupported_audio'],
    ['a language that is none', start({ language: 'German please' }), 'bad_message'],
    ['a language without end', start({ language: `de-${'x'.repeat(10_000)}` }), 'bad_message'],
    ['a variable that would speak for the token', start({ variables: { 'claims.role': 'admin' } }), 'bad_message'],
    [
      'too many variables',
      start({ variables: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`v${i}`, ''])) }),
      'bad_message',
    ],
  ])('refuses %s', (_what, value, code) => {
    expect(decode(value)).toMatchObject({ type: 'fault', code, problem: expect.stringMatching(/^.{5,300}$/) });
  });

  it('says where the fault is', () => {
    expect(decode({ type: 'playback.position', responseId: 'r', playedMs: -1 })).toMatchObject({
      problem: expect.stringMatching(/^playedMs: /),
    });
    expect(decode(start({ audio: { output: { sampleRate: 1 } } }))).toMatchObject({
      problem: expect.stringMatching(/^audio\.output\.sampleRate: must be one of 8000, /),
    });
  });

  it('never throws, whatever comes', () => {
    assert(
      property(
        oneof(
          uint8Array({ maxLength: 200 }),
          json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const decoded = decodeClientMessage(Buffer.from(bytes));
          return typeof decoded.type === 'string';
        },
      ),
    );
  });
});
