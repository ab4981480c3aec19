import type { Access } from '../database/data.port.js';
import type { Vocabulary } from '../stt/domain.port.js';
import { CallerVocabularies } from './caller-vocabulary.js';

const caller = (userId: string, claims: Record<string, unknown> = {}): Access['caller'] => ({
  userId,
  claims,
  accessToken: '',
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp(load: (caller: Access['caller']) => Promise<Vocabulary>) {
  const asked: string[] = [];
  const faults: unknown[] = [];
  let now = 0;
  const vocabularies = new CallerVocabularies(
    ({ caller: one }) => {
      asked.push(one.userId);
      return load(one);
    },
    (error) => faults.push(error),
    () => now,
  );
  return { vocabularies, asked, faults, pass: (ms: number) => (now += ms) };
}

it('asks once for the names of a caller, waits for nobody, and asks again when they are old', async () => {
  const { vocabularies, asked, pass } = setUp(({ userId }) => Promise.resolve({ client: [userId] }));
  const first = vocabularies.of(caller('ann'));
  expect(first()).toBeUndefined();
  await settle();
  expect(first()).toEqual({ client: ['ann'] });
  expect(vocabularies.of(caller('ann'))()).toEqual({ client: ['ann'] });
  vocabularies.of(caller('ann', { iat: 2, exp: 9 }));
  expect(asked).toEqual(['ann']);
  pass(10 * 60_000);
  expect(vocabularies.of(caller('ann'))()).toEqual({ client: ['ann'] });
  expect(asked).toEqual(['ann', 'ann']);
});

it('keeps callers apart by all that decides what they may see', async () => {
  const { vocabularies } = setUp(({ userId, claims }) =>
    Promise.resolve({ client: [`${userId} ${String(claims['org'])}`] }),
  );
  const all = [caller('ann', { org: 1 }), caller('ann', { org: 2 }), caller('bob', { org: 1 })].map((one) =>
    vocabularies.of(one),
  );
  await settle();
  expect(all.map((known) => known()?.['client'])).toEqual([['ann 1'], ['ann 2'], ['bob 1']]);
});

it('goes on without names that cannot be had, and asks for them with the next call', async () => {
  let down = true;
  const { vocabularies, faults } = setUp(() => (down ? Promise.reject(new Error('down')) : Promise.resolve({})));
  const first = vocabularies.of(caller('ann'));
  await settle();
  expect(first()).toBeUndefined();
  expect(faults).toHaveLength(1);
  down = false;
  const second = vocabularies.of(caller('ann'));
  await settle();
  expect(second()).toEqual({});
});

it('forgets whoever called longest ago when there are too many', async () => {
  const { vocabularies, asked } = setUp(() => Promise.resolve({}));
  for (let n = 0; n < 600; n += 1) vocabularies.of(caller(`caller ${n}`));
  await settle();
  vocabularies.of(caller('caller 599'));
  vocabularies.of(caller('caller 0'));
  expect(asked).toHaveLength(601);
});
