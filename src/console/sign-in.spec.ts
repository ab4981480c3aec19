import { loadConfig } from '../config/load-config.js';
import { pagePolicy } from './page-policy.js';
import { signInLine, signInOf } from './sign-in.js';

const configOf = (env: Record<string, string>) =>
  loadConfig({
    cwd: '/nowhere',
    env: { DATABASE_URL: 'memory://', JWT_SECRET: 'a secret for tests, long enough for HS256', ...env },
  });
const SUPABASE = { SUPABASE_URL: 'https://abc.supabase.co', SUPABASE_ANON_KEY: 'anon' };

describe('signing in', () => {
  it.each<[string, Record<string, string>, object, RegExp]>([
    ['by itself in development', { NODE_ENV: 'development' }, { by: 'itself' }, /this machine only/],
    [
      'by Supabase elsewhere',
      { NODE_ENV: 'test', ...SUPABASE },
      { by: 'supabase', url: SUPABASE.SUPABASE_URL, key: 'anon' },
      /no token is given/,
    ],
    ['by a token where there is nothing else', { NODE_ENV: 'test' }, { by: 'token' }, /none is given/],
  ])('is %s', (_how, env, expected, line) => {
    const config = configOf(env);
    expect(signInOf(config)).toEqual(expected);
    expect(signInLine(config)).toMatch(line);
  });

  it('is the only reason to talk to another server', () => {
    expect(pagePolicy(undefined)).toContain("connect-src 'self';");
    expect(pagePolicy('https://abc.supabase.co/any')).toContain("connect-src 'self' https://abc.supabase.co;");
  });
});
