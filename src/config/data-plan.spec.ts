import { dataPlan } from './data-plan.js';
import type { DataPlan } from './data-plan.js';

const DATABASE = { none: undefined, memory: 'memory://', postgres: 'postgresql://host/parley' } as const;
const SUPABASE = 'https://project.supabase.co';
const REDIS = 'redis://host';

describe('dataPlan', () => {
  type Row = readonly [
    keyof typeof DATABASE,
    string | undefined,
    string | undefined,
    Omit<DataPlan, 'notes'>,
    RegExp[],
  ];
  const here = 'this process';
  it.each([
    ['none', undefined, undefined, { business: 'embedded', calls: 'embedded', resume: here }, []],
    ['none', undefined, REDIS, { business: 'embedded', calls: 'embedded', resume: 'any worker' }, []],
    [
      'none',
      SUPABASE,
      undefined,
      { business: 'supabase', calls: 'embedded', resume: here },
      [/on this machine.*DATABASE_URL/],
    ],
    ['none', SUPABASE, REDIS, { business: 'supabase', calls: 'embedded', resume: 'any worker' }, [/on this machine/]],
    ['memory', undefined, undefined, { business: 'memory', calls: 'memory', resume: here }, []],
    ['memory', SUPABASE, undefined, { business: 'supabase', calls: 'memory', resume: here }, [/in memory/]],
    ['postgres', undefined, undefined, { business: 'postgres', calls: 'postgres', resume: here }, []],
    ['postgres', undefined, REDIS, { business: 'postgres', calls: 'postgres', resume: 'any worker' }, []],
    ['postgres', SUPABASE, undefined, { business: 'supabase', calls: 'postgres', resume: here }, []],
    ['postgres', SUPABASE, REDIS, { business: 'supabase', calls: 'postgres', resume: 'any worker' }, []],
  ] as Row[])(
    'one worker, DATABASE_URL %s, SUPABASE_URL %s, REDIS_URL %s',
    (database, supabase, redis, plan, notes) => {
      expect(
        dataPlan({ DATABASE_URL: DATABASE[database], SUPABASE_URL: supabase, REDIS_URL: redis, workers: 1 }),
      ).toEqual({
        plan: { ...plan, notes: notes.map((note) => expect.stringMatching(note)) },
      });
    },
  );

  it.each([undefined, SUPABASE])(
    'several workers share a server (SUPABASE_URL %s), with Redis also calls',
    (supabase) => {
      const settings = { DATABASE_URL: DATABASE.postgres, SUPABASE_URL: supabase, workers: 4 };
      const business = supabase === undefined ? 'postgres' : 'supabase';
      expect(dataPlan(settings)).toEqual({
        plan: { business, calls: 'postgres', resume: 'off', notes: [expect.stringMatching(/REDIS_URL/)] },
      });
      expect(dataPlan({ ...settings, REDIS_URL: REDIS })).toEqual({
        plan: { business, calls: 'postgres', resume: 'any worker', notes: [] },
      });
    },
  );

  it.each([
    ['none', undefined, /^DATABASE_URL: is empty, .*one process; there are 4 workers\. Set it to postgresql/],
    ['none', SUPABASE, /^DATABASE_URL: is empty, .*Set it to the connection string of the Supabase project/],
    ['memory', undefined, /^DATABASE_URL: is memory:\/\/, which every worker has for itself/],
    ['memory', SUPABASE, /^DATABASE_URL: is memory:\/\/.*Supabase/],
  ] as const)('stop several workers with DATABASE_URL %s, SUPABASE_URL %s, in one line', (database, supabase, line) => {
    for (const redis of [undefined, REDIS]) {
      const planned = dataPlan({
        DATABASE_URL: DATABASE[database],
        SUPABASE_URL: supabase,
        REDIS_URL: redis,
        workers: 4,
      });
      expect(planned).toEqual({ problem: expect.stringMatching(line) });
      expect(planned).toEqual({ problem: expect.not.stringMatching(/\n/) });
    }
  });

  it('never lets several workers open what belongs to one process, whatever else is set', () => {
    for (const database of Object.values(DATABASE)) {
      for (const supabase of [undefined, SUPABASE]) {
        for (const redis of [undefined, REDIS]) {
          for (const workers of [2, 3, 64]) {
            const planned = dataPlan({ DATABASE_URL: database, SUPABASE_URL: supabase, REDIS_URL: redis, workers });
            if ('plan' in planned) expect([planned.plan.calls, planned.plan.business]).not.toContain('embedded');
            else expect(database).not.toBe(DATABASE.postgres);
          }
        }
      }
    }
  });
});
