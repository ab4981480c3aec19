import { ConfigError } from './config-error.js';
import { workersOf, workersToStart } from './workers.js';

describe('workersOf', () => {
  it.each([
    ['a process on its own', {}, 1, 1],
    ['told by the operator', {}, 3, 3],
    ['one of PM2’s cluster', { NODE_APP_INSTANCE: '0', instances: '4' }, 1, 4],
    ['PM2’s only process', { NODE_APP_INSTANCE: '0', instances: '1' }, 1, 1],
    ['added later by `pm2 scale`', { NODE_APP_INSTANCE: '2', instances: '1' }, 1, 3],
    ['told less than PM2 has started', { NODE_APP_INSTANCE: '1', instances: '2' }, 1, 2],
    ['a variable of somebody else’s', { instances: '9' }, 1, 1],
    ['what is no number', { NODE_APP_INSTANCE: 'x', instances: 'max' }, 1, 1],
    ['instances as PM2 had them from a file', { NODE_APP_INSTANCE: '0', instances: 'max' }, 1, 1],
  ])('%s', (_case, env, told, workers) => {
    expect(workersOf(env, told)).toBe(workers);
  });
});

describe('workersToStart', () => {
  const shared = { DATABASE_URL: 'postgresql://host/parley' };
  it.each([
    ['one a core where the data can be shared', shared, undefined, 8],
    ['as many as were asked for', shared, 2, 2],
    ['one where they cannot', {}, undefined, 1],
    ['one with SUPABASE_URL alone', { SUPABASE_URL: 'https://p.supabase.co' }, undefined, 1],
    ['the one that was asked for', {}, 1, 1],
  ])('%s', (_case, settings, asked, workers) => {
    expect(workersToStart(settings, asked, 8)).toBe(workers);
  });

  it('refuses more than the data allow', () => {
    expect(() => workersToStart({}, 2, 8)).toThrow(ConfigError);
  });
});
