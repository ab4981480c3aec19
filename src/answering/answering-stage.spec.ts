import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import type { CallRequest } from '../calls/call.port.js';

const RATE = 16_000;
const placed = (): CallRequest => ({ ...request(), route: { direction: 'outbound', channel: 'phone' } });

function tone(ms: number, hz = 1000): Uint8Array {
  const samples = Int16Array.from(
    { length: (RATE * ms) / 1000 },
    (_, at) => 9000 * Math.sin((2 * Math.PI * hz * at) / RATE),
  );
  return new Uint8Array(samples.buffer);
}

/** A call that was placed and is answered now. */
async function answered(answering: object | null = {}, of = placed()) {
  const process = fakeProcess({ greeting: 'Hello, this is Julia.', ...(answering && { answering }) });
  const line = new LogLine();
  const call = process.calls.start(of, line);
  await process.clock.advance(10);
  const hears = async (text: string, ms: number) => {
    process.stt.emit({ type: 'speech.started', audioMs: 0 });
    process.stt.emit({ type: 'transcript.partial', text });
    await process.clock.advance(ms);
    process.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: ms });
    process.stt.emit({ type: 'speech.stopped', audioMs: ms });
  };
  const told = (type: string) => line.events.filter((event) => event.type === type);
  return { ...process, line, call, hears, told };
}

describe('a call that was placed', () => {
  it('greets a person who has said hello, and not before', async () => {
    const { clock, voice, hears, told, stt, line } = await answered();
    await hears('hello', 500);
    expect(voice.spoken).toEqual([]);
    await clock.advance(2000);
    expect(told('call.answered')).toMatchObject([{ by: 'person' }]);
    expect(voice.spoken).toEqual(['Hello, this is Julia.']);
    expect(told('turn.ended')).toMatchObject([{ text: 'hello' }]);
    expect(stt.open_).toBe(1);
    await clock.advance(4000);
    stt.say('who is calling');
    await clock.advance(3000);
    expect(line.types).toContain('response.completed');
    expect(told('turn.ended').at(-1)).toMatchObject({ text: 'who is calling' });
  });

  it('greets at once when its agent minds nothing, and when it was not placed', async () => {
    for (const made of [await answered(null), await answered({}, request())]) {
      await made.clock.advance(200);
      expect(made.voice.spoken).toEqual(['Hello, this is Julia.']);
    }
  });

  it('hangs up on a machine, and nothing is left of it', async () => {
    const { clock, voice, hears, told, call, stt } = await answered();
    await hears('please leave a message after the tone', 3000);
    await clock.advance(1000);
    await call.ended;
    expect(told('call.answered')).toMatchObject([{ by: 'voicemail' }]);
    expect(told('session.ended')).toMatchObject([{ reason: 'agent' }]);
    expect(told('session.ended')[0]).toHaveProperty('durationMs', expect.closeTo(3500, -3));
    expect(voice.spoken).toEqual([]);
    expect(stt.open_).toBe(0);
  });

  it('leaves a message after the beep, whole, and hangs up', async () => {
    const { clock, voice, hears, told, call } = await answered({ voicemail: { message: 'Please call Julia back.' } });
    await hears('i am out please leave a message after the tone', 3000);
    await clock.advance(1000);
    expect(told('call.answered')).toMatchObject([{ by: 'voicemail' }]);
    expect(voice.spoken).toEqual([]);
    call.pushAudio(tone(300));
    await clock.advance(1000);
    expect(voice.spoken).toEqual(['Please call Julia back.']);
    // What the machine says meanwhile is no interruption.
    call.pushAudio(tone(300, 220));
    await clock.advance(5000);
    await call.ended;
    expect(told('response.completed')).toMatchObject([{ text: 'Please call Julia back.' }]);
    expect(told('session.ended')).toMatchObject([{ reason: 'agent' }]);
  });

  it('leaves it after a silence where nothing beeps', async () => {
    const { clock, voice, hears } = await answered({ voicemail: { message: 'Please call back.' } });
    await hears('leave a message', 2000);
    await clock.advance(4000);
    expect(voice.spoken).toEqual(['Please call back.']);
  });

  it('presses the key for a person, once a menu, and greets who comes', async () => {
    const { clock, voice, hears, told, line } = await answered({ menu: 'operator' });
    await hears('for sales press one to speak to somebody press four', 4000);
    await clock.advance(1000);
    expect(told('keys.pressed')).toMatchObject([{ keys: '4' }]);
    expect(line.audioMs).toBe(200);
    await hears('hello', 400);
    await clock.advance(2000);
    expect(voice.spoken).toEqual(['Hello, this is Julia.']);
    expect(told('call.answered').map((event) => 'by' in event && event.by)).toEqual(['menu', 'person']);
  });

  it('gives up on a menu that comes again', async () => {
    const { clock, hears, told, call } = await answered({ menu: 'operator' });
    for (const again of ['', 'sorry ']) {
      await hears(`${again}for sales press one for parts press two for hours press three`, 4000);
      await clock.advance(1000);
    }
    await call.ended;
    expect(told('keys.pressed')).toHaveLength(1);
    expect(told('session.ended')).toMatchObject([{ reason: 'agent' }]);
  });

  it('takes back what it began to say to a machine that had said hello', async () => {
    const { clock, voice, hears, told, stt, call } = await answered({ voicemail: { message: 'Please call back.' } });
    await hears('hello', 400);
    await clock.advance(1500);
    expect(voice.spoken).toEqual(['Hello, this is Julia.']);
    stt.say('just kidding leave a message after the beep');
    await clock.advance(500);
    call.pushAudio(tone(300));
    await clock.advance(1000);
    expect(told('call.answered').map((event) => 'by' in event && event.by)).toEqual(['person', 'voicemail']);
    expect(voice.spoken.at(-1)).toBe('Please call back.');
    await clock.advance(5000);
    await call.ended;
    expect(told('session.ended')).toHaveLength(1);
  });

  it('talks when it can hear nothing, and ends when it is hung up on', async () => {
    const deaf = await answered();
    await deaf.clock.advance(7000);
    expect(deaf.told('call.answered')).toMatchObject([{ by: 'silence' }]);
    expect(deaf.voice.spoken).toEqual(['Hello, this is Julia.']);
    const { call, told, stt } = await answered();
    call.end('client');
    await call.ended;
    expect(told('session.ended')).toMatchObject([{ reason: 'client' }]);
    expect(stt.open_).toBe(0);
  });
});
