import { jest } from '@jest/globals';
import { createSecretKey } from 'node:crypto';
import type { Config } from '../../config/config.token.js';
import { JwtService } from '@nestjs/jwt';
import { SecretTokenVerifier } from '../../identity/secret.verifier.js';
import { UsedOnce } from '../../identity/used-once.js';
import { Capabilities } from './capability.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const CALL = { callSid: `CA${'a'.repeat(32)}`, from: '+4930123456', to: '+4930654321', agent: 'julia' };

const capabilities = (authToken = SECRET, used = new UsedOnce()): Capabilities =>
  new Capabilities({ TWILIO_AUTH_TOKEN: authToken } as Config, used);

describe('Capabilities', () => {
  it('lets its call in, once', async () => {
    const here = capabilities();
    const token = here.issue(CALL);
    expect(await here.redeem(token, CALL.callSid)).toEqual(CALL);
    expect(await here.redeem(token, CALL.callSid)).toBe('used before');
    const german = { ...CALL, language: 'de' };
    expect(await here.redeem(here.issue(german), CALL.callSid)).toEqual(german);
    expect(await here.redeem(here.issue({ ...CALL, agent: undefined }), CALL.callSid)).toMatchObject({
      agent: undefined,
    });
  });

  it('is known by the other workers, and used up for them where they share Redis', async () => {
    const keys = new Set<string>();
    const redis = { set: (key: string) => Promise.resolve(keys.has(key) ? null : (keys.add(key), 'OK')) };
    const [one, other] = [1, 2].map(() => capabilities(SECRET, new UsedOnce(redis as never)));
    const token = one?.issue(CALL) ?? '';
    expect(await other?.redeem(token, CALL.callSid)).toEqual(CALL);
    expect(await one?.redeem(token, CALL.callSid)).toBe('used before');
  });

  it('goes by what it knows itself while Redis is away', async () => {
    const away = new UsedOnce({ set: () => Promise.reject(new Error('away')) } as never);
    const here = capabilities(SECRET, away);
    const token = here.issue(CALL);
    expect(await here.redeem(token, CALL.callSid)).toEqual(CALL);
    expect(await here.redeem(token, CALL.callSid)).toBe('used before');
  });

  it('says why it counts no more', async () => {
    const here = capabilities();
    const token = here.issue(CALL);
    expect(await here.redeem('', CALL.callSid)).toBe('missing');
    expect(await here.redeem(token, 'CA-other')).toBe('of another call');
    expect(await here.redeem(`${token}x`, CALL.callSid)).toBe('not one of ours, or changed');
    expect(await capabilities(SECRET.replace('0', '1')).redeem(token, CALL.callSid)).toBe(
      'not one of ours, or changed',
    );
    const none = new JwtService({}).sign({ sub: CALL.callSid }, { algorithm: 'none', secret: '' } as never);
    expect(await here.redeem(none, CALL.callSid)).toBe('not one of ours, or changed');
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    expect(await here.redeem(token, CALL.callSid)).toBe('expired');
    now.mockRestore();
  });

  it('opens nothing else, and fits into what Twilio takes', async () => {
    const long = 'x'.repeat(256);
    const language = 'a'.repeat(35);
    const token = capabilities().issue({ ...CALL, agent: 'a'.repeat(64), language, from: long, to: long });
    expect(`capability${token}`.length).toBeLessThanOrEqual(500);
    const verifier = new SecretTokenVerifier(new JwtService({}), createSecretKey(Buffer.from(SECRET)), {});
    await expect(verifier.verify(capabilities().issue(CALL))).rejects.toMatchObject({ code: 'token_invalid' });
  });
});
