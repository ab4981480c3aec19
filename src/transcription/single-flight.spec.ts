import { SingleFlight } from './single-flight.js';

const NEVER = new AbortController().signal;

describe('SingleFlight', () => {
  it('does once what several ask for at the same time, and anew what is asked for afterwards', async () => {
    const flights = new SingleFlight<number>();
    let works = 0;
    const work = async () => {
      works += 1;
      await Promise.resolve();
      return works;
    };
    const both = await Promise.all([flights.run('a', NEVER, work), flights.run('a', NEVER, work)]);
    expect(both).toEqual([
      { result: 1, joined: false },
      { result: 1, joined: true },
    ]);
    expect(await flights.run('a', NEVER, work)).toEqual({ result: 2, joined: false });
  });

  it('keeps different keys apart', async () => {
    const flights = new SingleFlight<string>();
    const results = await Promise.all(['a', 'b'].map((key) => flights.run(key, NEVER, async () => key)));
    expect(results.map(({ result }) => result)).toEqual(['a', 'b']);
  });

  it('lets one leave while others wait, and aborts the work when the last has left', async () => {
    const flights = new SingleFlight<string>();
    const { promise, resolve } = Promise.withResolvers<string>();
    let signal = NEVER;
    const work = async (given: AbortSignal) => {
      signal = given;
      return promise;
    };
    const first = new AbortController();
    const second = new AbortController();
    const one = flights.run('a', first.signal, work);
    const two = flights.run('a', second.signal, work);
    first.abort(new Error('first left'));
    await expect(one).rejects.toThrow('first left');
    expect(signal.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(two).rejects.toThrow('second left');
    expect(signal.aborted).toBe(true);
    // Whoever comes now does not wait for the work that was given up.
    expect(await flights.run('a', NEVER, async () => 'anew')).toEqual({ result: 'anew', joined: false });
    resolve('too late');
  });

  it('hands a failure to everybody, and forgets it', async () => {
    const flights = new SingleFlight<string>();
    const work = async () => Promise.reject(new Error('no'));
    const both = await Promise.allSettled([flights.run('a', NEVER, work), flights.run('a', NEVER, work)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', NEVER, async () => 'yes')).toEqual({ result: 'yes', joined: false });
  });

  it('begins nothing for one who has left already', async () => {
    const flights = new SingleFlight<string>();
    let works = 0;
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(flights.run('a', gone, async () => `${(works += 1)}`)).rejects.toThrow('gone');
    expect(works).toBe(0);
  });
});
