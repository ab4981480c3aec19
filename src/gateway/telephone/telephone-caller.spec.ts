import { createSecretKey } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { SecretTokenVerifier } from '../../identity/secret.verifier.js';
import { routeOf, telephoneCaller } from './telephone-caller.js';

const secret = createSecretKey(Buffer.from('a secret for tests, long enough for HS256'));
const CONFIG = {
  STREAM_MAX_SESSION_MS: 60_000,
  auth: { secret, jwksUrl: undefined },
};
const NOBODY = { user: undefined, claims: undefined };
const CALL = { callSid: 'CA1', from: '+4930123456', to: '+4930654321' };

describe('telephoneCaller', () => {
  it('is a stranger by default: his number, and no user of anybody', () => {
    const caller = telephoneCaller(CONFIG, NOBODY, CALL);
    expect(caller.userId).toBe('tel:+4930123456');
    expect(caller.claims).toEqual({
      sub: 'tel:+4930123456',
      role: 'anon',
      phone_number: '+4930123456',
      called_number: '+4930654321',
      call_sid: 'CA1',
    });
    expect(telephoneCaller(CONFIG, NOBODY, { ...CALL, from: '' }).userId).toBe('tel:anonymous');
    expect(telephoneCaller(CONFIG, NOBODY, { ...CALL, from: 'sip:ada@example.com' }).userId).toBe(
      'sip:ada@example.com',
    );
  });

  it('is the user that the operator names, with his claims, whatever number rings', async () => {
    const desk = { user: 'demo', claims: { name: 'the front desk', phone_number: 'forged' } };
    const caller = telephoneCaller(CONFIG, desk, CALL);
    expect(caller.userId).toBe('demo');
    expect(caller.claims).toMatchObject({
      sub: 'demo',
      role: 'authenticated',
      name: 'the front desk',
      phone_number: CALL.from,
    });
    const verified = await new SecretTokenVerifier(new JwtService({}), secret, {}).verify(caller.accessToken);
    expect(verified.caller).toMatchObject({
      userId: 'demo',
      claims: { name: 'the front desk', role: 'authenticated' },
    });
  });

  it('is written down with both numbers, or without one that is withheld', () => {
    expect(routeOf(CALL)).toEqual({
      direction: 'inbound',
      channel: 'phone',
      from: 'tel:+4930123456',
      to: 'tel:+4930654321',
    });
    expect(routeOf({ ...CALL, from: '', to: 'sip:desk@example.com' })).toEqual({
      direction: 'inbound',
      channel: 'phone',
      to: 'sip:desk@example.com',
    });
  });

  it('has no token where the server signs none', () => {
    expect(
      telephoneCaller({ ...CONFIG, auth: { secret: undefined, jwksUrl: 'https://x' } }, NOBODY, CALL).accessToken,
    ).toBe('');
  });
});
