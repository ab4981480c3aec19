import * as fc from 'fast-check';
import { AudioBatch } from './audio-batch.js';

describe('a batch of audio', () => {
  const gather = (most: number) => {
    const sent: Buffer[] = [];
    return { sent, batch: new AudioBatch(most, (audio) => sent.push(Buffer.from(audio))) };
  };

  it('loses nothing, changes nothing and sends nothing empty, whatever the chunks', () => {
    const chunk = fc.uint8Array({ minLength: 0, maxLength: 50 });
    fc.assert(
      fc.property(
        fc.array(chunk),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 25 }),
        (chunks, most, least) => {
          const { sent, batch } = gather(most);
          for (const [at, bytes] of chunks.entries()) {
            if (at === 3) batch.setLeast(least);
            if (bytes.length > 0) batch.push(bytes);
          }
          batch.flush();
          batch.flush();
          expect(Buffer.concat(sent).equals(Buffer.concat(chunks))).toBe(true);
          expect(sent.every((message) => message.length > 0)).toBe(true);
        },
      ),
    );
  });

  it('sends messages of at least the size, and larger chunks as they are', () => {
    const { sent, batch } = gather(10);
    for (const size of [4, 4, 4, 30, 12, 3]) batch.push(new Uint8Array(size));
    expect(sent.map(({ length }) => length)).toEqual([10, 10, 22, 12]);
    batch.setLeast(2);
    batch.push(new Uint8Array(2));
    expect(sent.map(({ length }) => length)).toEqual([10, 10, 22, 12, 3, 2]);
  });
});
