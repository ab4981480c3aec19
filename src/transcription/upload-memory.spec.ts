import { UploadMemory } from './upload-memory.js';

const busy = expect.objectContaining({ code: 'busy' });

describe('UploadMemory', () => {
  it('is given back once, however often it is said', () => {
    const memory = new UploadMemory({ total: 10, perCaller: 10 });
    const release = memory.take('a', 10);
    expect(() => memory.take('b', 1)).toThrow(busy);
    release();
    release();
    expect(() => memory.take('b', 11)).toThrow(busy);
    memory.take('b', 10);
  });

  it('is never all one caller’s', () => {
    const memory = new UploadMemory({ total: 10, perCaller: 6 });
    const [one] = [memory.take('a', 4), memory.take('a', 2)];
    expect(() => memory.take('a', 1)).toThrow(busy);
    memory.take('b', 4);
    expect(() => memory.take('c', 1)).toThrow(busy);
    one();
    memory.take('c', 4);
  });
});
