import { ManualClock, settle } from '../../test/fakes/manual-clock.js';
import { SharedRolloutStore } from '../../test/fakes/rollout-store.js';
import type { ProviderKind } from '../provider/provider.port.js';
import { defaultGuardBounds, Guard } from './guard.js';
import type { KindOptions } from './kind-rollout.js';
import { RolloutStoreError } from './rollout.port.js';
import type { Hold, RolloutStore } from './rollout.port.js';
import { Rollouts } from './rollouts.js';
import { parseShares } from '../config/shares.js';

const NAMES = ['deepgram', 'whisper', 'openai'];
const USERS = Array.from({ length: 300 }, (_, index) => `user-${index}`);

interface Instance {
  readonly rollouts: Rollouts;
  readonly guard: Guard;
  readonly log: Record<string, unknown>[];
  readonly prepared: string[];
  readonly held: Hold[];
}

describe('Rollouts', () => {
  let clock: ManualClock;
  let store: SharedRolloutStore;
  beforeEach(() => {
    clock = new ManualClock();
    store = new SharedRolloutStore();
  });

  const start = async (
    env?: string,
    { kept = store, unusable = [] }: { kept?: RolloutStore; unusable?: readonly string[] } = {},
  ): Promise<Instance> => {
    const guard = new Guard(defaultGuardBounds, () => clock.now());
    const log: Record<string, unknown>[] = [];
    const prepared: string[] = [];
    const held: Hold[] = [];
    const note = (line: object): void => void log.push(line as Record<string, unknown>);
    const options = (text: string | undefined): KindOptions => ({
      configured: text === undefined ? undefined : parseShares(text, NAMES).entries,
      names: NAMES,
      prepare: (providers) => {
        if (providers.some((name) => unusable.includes(name))) throw new Error('OPENAI_API_KEY: is missing.');
        prepared.push(providers.join('>'));
      },
    });
    const rollouts = new Rollouts(
      { stt: options(env), llm: options(undefined), tts: options(undefined) },
      {
        store: kept,
        guard,
        log: { info: note, warn: note },
        instance: 'here:1',
        date: () => 1_000_000 + clock.now(),
        onHold: (_kind, hold) => held.push(hold),
      },
      clock,
    );
    await rollouts.start();
    return { rollouts, guard, log, prepared, held };
  };

  const counts = ({ rollouts }: Instance, kind: ProviderKind = 'stt'): Record<string, number> => {
    const result: Record<string, number> = {};
    for (const user of USERS) {
      const name = rollouts.chainFor(kind, user)?.join('>') ?? 'own';
      result[name] = (result[name] ?? 0) + 1;
    }
    return result;
  };
  const entry = ({ rollouts }: Instance, provider: string) => {
    const found = rollouts.view().kinds.stt.entries.find((one) => one.provider === provider);
    if (found === undefined) throw new Error(`no entry ${provider}`);
    return found;
  };
  const breakDown = async ({ guard }: Instance, provider: string, failures = 5): Promise<void> => {
    for (let i = 0; i < failures; i += 1) guard.attempt('stt', provider, true);
    await clock.advance(1000);
  };
  const messages = ({ log }: Instance) => log.map(({ msg }) => msg);

  it('leaves everybody with the server’s own chain when there is no rollout', async () => {
    const one = await start();
    expect(counts(one)).toEqual({ own: USERS.length });
    expect(one.rollouts.view().kinds.stt).toEqual({ source: 'none', set: null, entries: [] });
    expect(one.log).toEqual([]);
  });

  it('shares callers out as the environment says, each kind on its own, and gets the providers ready', async () => {
    const one = await start('whisper:10,deepgram>whisper:90');
    const { whisper = 0, 'deepgram>whisper': deepgram = 0 } = counts(one);
    expect(whisper).toBeGreaterThan(10);
    expect(deepgram).toBeGreaterThan(240);
    expect(whisper + deepgram).toBe(USERS.length);
    expect(counts(one, 'llm')).toEqual({ own: USERS.length });
    expect(one.prepared).toEqual(['whisper', 'deepgram>whisper']);
    expect(entry(one, 'deepgram')).toMatchObject({
      name: 'deepgram>whisper',
      role: 'baseline',
      share: 90,
      serving: 90,
    });
    expect(entry(one, 'whisper')).toMatchObject({ role: 'canary', share: 10, serving: 10, hold: null });
  });

  it('moves the callers of a canary over the bound to the baseline, and says why', async () => {
    const one = await start('whisper:10,deepgram:90');
    const canaries = USERS.filter((user) => one.rollouts.chainFor('stt', user)?.[0] === 'whisper');
    await breakDown(one, 'whisper');
    expect(counts(one)).toEqual({ deepgram: USERS.length });
    expect(entry(one, 'whisper')).toMatchObject({
      share: 10,
      serving: 0,
      hold: { cause: 'errors', why: expect.stringMatching(/^5 of 5 uses in the last 5 min failed/), by: 'here:1' },
    });
    expect(entry(one, 'deepgram').serving).toBe(100);
    expect(one.held).toMatchObject([{ provider: 'whisper', cause: 'errors' }]);
    expect(one.log).toContainEqual(
      expect.objectContaining({ msg: 'rollout share moved back', provider: 'whisper', to: 'deepgram' }),
    );

    // However long it is well: nobody but a person gives it back.
    await clock.advance(3_600_000);
    expect(counts(one)).toEqual({ deepgram: USERS.length });
    await one.rollouts.of('stt').lift('whisper', 'ops');
    // The same callers as before, and what led to the hold is forgotten.
    expect(USERS.filter((user) => one.rollouts.chainFor('stt', user)?.[0] === 'whisper')).toEqual(canaries);
    await clock.advance(10_000);
    expect(entry(one, 'whisper')).toMatchObject({ hold: null, measured: { attempts: 0, errors: 0 } });
  });

  it('takes it back again when it fails again after a hold was lifted', async () => {
    const one = await start('whisper:10,deepgram:90');
    await breakDown(one, 'whisper');
    await one.rollouts.of('stt').lift(undefined, 'ops');
    expect(entry(one, 'whisper').hold).toBeNull();
    await breakDown(one, 'whisper');
    expect(entry(one, 'whisper').hold).not.toBeNull();
    expect(one.held).toHaveLength(2);
  });

  it('moves a slow canary back as well', async () => {
    const one = await start('whisper:10,deepgram:90');
    for (let i = 0; i < 20; i += 1) one.guard.latency('stt', 'whisper', 7000);
    await clock.advance(1000);
    expect(entry(one, 'whisper').hold).toMatchObject({ cause: 'latency' });
  });

  it('only warns, once, about the baseline: there is nowhere to go', async () => {
    const one = await start('whisper:10,deepgram:90');
    await breakDown(one, 'deepgram');
    await clock.advance(20_000);
    expect(entry(one, 'deepgram')).toMatchObject({ hold: null, serving: 90, investigate: { cause: 'errors' } });
    expect(messages(one).filter((msg) => msg === 'rollout: investigate')).toHaveLength(1);
    await clock.advance(5 * 60_000);
    expect(entry(one, 'deepgram').investigate).toBeNull();
  });

  it('does not send callers to a baseline that is down, and does so when that is up again', async () => {
    const one = await start('whisper:10,deepgram:90');
    one.guard.opened('stt', 'deepgram', 30_000);
    await breakDown(one, 'whisper');
    expect(entry(one, 'whisper')).toMatchObject({ hold: null, serving: 10, investigate: { cause: 'errors' } });
    one.guard.opened('stt', 'deepgram', 0);
    await clock.advance(1000);
    expect(entry(one, 'whisper')).toMatchObject({ hold: { cause: 'errors' }, investigate: null });
  });

  it('takes back one of several canaries, and moves nobody else', async () => {
    const one = await start('whisper:20,openai:20,deepgram:60');
    const before = USERS.map((user) => one.rollouts.chainFor('stt', user)?.[0]);
    await breakDown(one, 'whisper');
    const after = USERS.map((user) => one.rollouts.chainFor('stt', user)?.[0]);
    expect(after).toEqual(before.map((name) => (name === 'whisper' ? 'deepgram' : name)));
  });

  describe('changed by a person', () => {
    it('reaches every instance, and one that starts later', async () => {
      const [one, two] = [await start('whisper:10,deepgram:90'), await start('whisper:10,deepgram:90')];
      await one.rollouts.of('stt').change({ whisper: 60, 'deepgram>whisper': 40 }, undefined, 'ops');
      await settle();
      const three = await start('deepgram:100');
      expect(counts(two)).toEqual(counts(one));
      expect(counts(three)).toEqual(counts(one));
      // Who was the baseline stays the baseline, also with the smaller part.
      expect(entry(three, 'deepgram')).toMatchObject({ name: 'deepgram>whisper', role: 'baseline', share: 40 });
      expect(two.rollouts.view().kinds.stt).toMatchObject({ source: 'admin', set: { by: 'ops' } });
      expect(two.prepared).toContain('deepgram>whisper');
    });

    it('begins a rollout where there was none, and ends it', async () => {
      const one = await start();
      await one.rollouts.of('stt').change({ whisper: 100 }, undefined, 'ops');
      expect(counts(one)).toEqual({ whisper: USERS.length });
      await one.rollouts.of('stt').forgetShares('ops');
      expect(counts(one)).toEqual({ own: USERS.length });
    });

    it('takes the baseline that is named, even one without callers of its own', async () => {
      const one = await start('whisper:10,deepgram:90');
      await one.rollouts.of('stt').change({ whisper: 100, deepgram: 0 }, 'deepgram', 'ops');
      expect(counts(one)).toEqual({ whisper: USERS.length });
      await breakDown(one, 'whisper');
      expect(counts(one)).toEqual({ deepgram: USERS.length });
    });

    it('keeps a hold through every change of shares', async () => {
      const one = await start('whisper:10,deepgram:90');
      await breakDown(one, 'whisper');
      await one.rollouts.of('stt').change({ 'whisper>deepgram': 30, deepgram: 70 }, undefined, 'ops');
      expect(counts(one)).toEqual({ deepgram: USERS.length });
      const change = one.rollouts.of('stt').change({ whisper: 100 }, undefined, 'ops');
      await expect(change).rejects.toMatchObject({ code: 'held_back' });
    });

    it.each([
      [{ whisper: 10 }, undefined, 'invalid_shares', /add up to 10/],
      [{ parakeet: 100 }, undefined, 'invalid_shares', /must name providers of/],
      [{}, undefined, 'invalid_shares', /there is no entry/],
      [{ __proto__: null, constructor: 100 }, undefined, 'invalid_shares', /must name providers of/],
      [{ whisper: NaN, deepgram: 100 }, undefined, 'invalid_shares', /needs a share/],
      [{ whisper: 10, deepgram: 90 }, 'openai', 'invalid_shares', /The baseline must be one of/],
      [{ openai: 10, deepgram: 90 }, undefined, 'provider_not_usable', /OPENAI_API_KEY/],
    ])('is refused when it cannot be: %j', async (shares, baseline, code, message) => {
      const one = await start('whisper:10,deepgram:90', { unusable: ['openai'] });
      const before = counts(one);
      const change = one.rollouts.of('stt').change(shares as Record<string, number>, baseline, 'ops');
      await expect(change).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
      expect(counts(one)).toEqual(before);
    });

    it('cannot lift what is not held', async () => {
      const one = await start('whisper:10,deepgram:90');
      await expect(one.rollouts.of('stt').lift(undefined, 'ops')).rejects.toMatchObject({ code: 'not_held' });
      await expect(one.rollouts.of('stt').lift('whisper', 'ops')).rejects.toMatchObject({ code: 'not_held' });
    });
  });

  it('lets a hold of one instance reach the others, and a lift of another reach it', async () => {
    const [one, two] = [await start('whisper:10,deepgram:90'), await start('whisper:10,deepgram:90')];
    await breakDown(one, 'whisper');
    expect(counts(two)).toEqual({ deepgram: USERS.length });
    expect(two.held).toEqual([]);
    await two.rollouts.of('stt').lift('whisper', 'ops');
    await settle();
    expect(Object.keys(counts(one))).toContain('whisper');
    await clock.advance(5000);
    expect(Object.keys(counts(one))).toContain('whisper');
  });

  it('does not lose a hold that is made while the state is being read', async () => {
    const one = await start('whisper:10,deepgram:90');
    await clock.advance(8500);
    const answer = store.hang();
    await clock.advance(1000); // it begins to read
    await breakDown(one, 'whisper');
    expect(counts(one)).toEqual({ deepgram: USERS.length });
    answer();
    await settle();
    expect(counts(one)).toEqual({ deepgram: USERS.length });
    expect(messages(one)).not.toContain('rollout share given back');
  });

  it('lets a baseline serve that was held back before it became the baseline', async () => {
    const one = await start('whisper:10,deepgram:90');
    await breakDown(one, 'whisper');
    const again = await start('whisper:90,deepgram:10');
    expect(counts(again)).toEqual(counts(await start('whisper:90,deepgram:10', { kept: new SharedRolloutStore() })));
    expect(entry(again, 'whisper')).toMatchObject({ role: 'baseline', serving: 90, hold: { cause: 'errors' } });
  });

  it('keeps what was set and held through a restart', async () => {
    const one = await start('whisper:10,deepgram:90');
    await one.rollouts.of('stt').change({ whisper: 20, deepgram: 80 }, undefined, 'ops');
    await breakDown(one, 'whisper');
    const again = await start('whisper:10,deepgram:90');
    expect(entry(again, 'whisper')).toMatchObject({ share: 20, serving: 0, hold: { cause: 'errors' } });
  });

  describe('while the store is away', () => {
    it('holds back in this process, and tells the others when it is back', async () => {
      const [one, two] = [await start('whisper:10,deepgram:90'), await start('whisper:10,deepgram:90')];
      store.connected = false;
      await breakDown(one, 'whisper');
      await clock.advance(30_000);
      expect(counts(one)).toEqual({ deepgram: USERS.length });
      expect(Object.keys(counts(two))).toContain('whisper');
      expect(messages(one)).toContain('rollout hold is not shared yet');
      expect(messages(one).filter((msg) => String(msg).startsWith('rollout state cannot be read'))).toHaveLength(1);
      store.connected = true;
      await clock.advance(10_000);
      expect(counts(one)).toEqual({ deepgram: USERS.length });
      expect(counts(two)).toEqual({ deepgram: USERS.length });
    });

    it('changes nothing, and says so', async () => {
      const one = await start('whisper:10,deepgram:90');
      store.connected = false;
      const before = counts(one);
      const change = one.rollouts.of('stt').change({ deepgram: 100 }, undefined, 'ops');
      await expect(change).rejects.toThrow(RolloutStoreError);
      expect(counts(one)).toEqual(before);
    });

    it('starts with what the environment says', async () => {
      store.connected = false;
      const one = await start('whisper:100');
      expect(counts(one)).toEqual({ whisper: USERS.length });
    });
  });

  it('serves callers of an entry that cannot be used here by the baseline, and of that by the server’s own chain', async () => {
    const one = await start();
    await one.rollouts.of('stt').change({ openai: 40, deepgram: 60 }, undefined, 'ops');
    const two = await start(undefined, { unusable: ['openai'] });
    expect(counts(two)).toEqual({ deepgram: USERS.length });
    expect(entry(two, 'openai')).toMatchObject({ serving: 0, fault: 'OPENAI_API_KEY: is missing.' });
    const three = await start(undefined, { unusable: ['deepgram'] });
    expect(Object.keys(counts(three)).sort()).toEqual(['openai', 'own']);
  });

  it('passes over shares of a version that knows other providers, and says so once', async () => {
    const entries = [{ providers: ['parakeet'], share: 100 }] as const;
    await store.setShares('stt', { entries, baseline: 'parakeet', by: 'ops', at: '' });
    const one = await start('whisper:100');
    await clock.advance(60_000);
    expect(counts(one)).toEqual({ whisper: USERS.length });
    expect(one.rollouts.view().kinds.stt.source).toBe('environment');
    expect(messages(one)).toEqual([
      'rollout in use',
      'rollout that was set is not usable here: the environment decides',
      'rollout in use',
    ]);
  });

  it('passes over shares whose baseline is none of them: there would be nowhere to go', async () => {
    const entries = [{ providers: ['openai'], share: 100 }] as const;
    await store.setShares('stt', { entries, baseline: 'deepgram', by: 'ops', at: '' });
    const one = await start('whisper:100');
    expect(counts(one)).toEqual({ whisper: USERS.length });
  });

  it('stops its clock when it closes', async () => {
    const one = await start('whisper:100');
    await one.rollouts.close();
    expect(clock.waiting).toBe(0);
  });
});
