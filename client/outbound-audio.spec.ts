import { OutboundAudio } from './outbound-audio.js';

/** A socket whose backlog the spec sets. */
function sink() {
  const frames: Uint8Array[] = [];
  return {
    frames,
    bufferedBytes: 0,
    send(frame: Uint8Array<ArrayBuffer>) {
      frames.push(frame);
    },
  };
}

function outbound() {
  const events: [string, number][] = [];
  const audio = new OutboundAudio({
    maxBufferedBytes: 1000,
    maxFrameBytes: 400,
    keptBytes: 10_000,
    dropping: (bytes) => events.push(['dropping', bytes]),
    recovered: (bytes) => events.push(['recovered', bytes]),
  });
  return { audio, events };
}

it('drops from the bound on until half of the backlog has left, and counts what was lost', () => {
  const { audio, events } = outbound();
  const socket = sink();
  socket.bufferedBytes = 800;
  expect(audio.send(socket, new Uint8Array(200))).toBe(true);
  expect(audio.send(socket, new Uint8Array(202))).toBe(false);
  socket.bufferedBytes = 501;
  expect(audio.send(socket, new Uint8Array(10))).toBe(false);
  socket.bufferedBytes = 500;
  expect(audio.send(socket, new Uint8Array(10))).toBe(true);
  expect(events).toEqual([
    ['dropping', 800],
    ['recovered', 212],
  ]);
  expect(socket.frames.map((frame) => frame.byteLength)).toEqual([200, 10]);
});

it('takes one chunk larger than the bound when nothing waits, cut into frames', () => {
  const { audio, events } = outbound();
  const socket = sink();
  expect(audio.send(socket, new Uint8Array(1100))).toBe(true);
  expect(socket.frames.map((frame) => frame.byteLength)).toEqual([400, 400, 300]);
  expect(events).toEqual([]);
});

it('copies shared memory, which a socket does not take', () => {
  const { audio } = outbound();
  const socket = sink();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set([1, 2, 3, 4]);
  audio.send(socket, shared);
  expect(socket.frames).toEqual([Uint8Array.from([1, 2, 3, 4])]);
  expect(socket.frames[0]?.buffer).toBeInstanceOf(ArrayBuffer);
});
