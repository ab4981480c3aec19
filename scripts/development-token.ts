import { EXIT, TerminalFailure } from '../client/terminal/failure.js';
import { isOwnAddress } from '../src/config/origins.js';

const TTL_SECONDS = 3600;

/**
 * A token for the demo user, signed with the secret that a server started in this folder uses. Only for a server on this
 * machine; for any other, and where tokens come from a JWKS, throws a TerminalFailure that says how to give one.
 */
export async function developmentToken(url: string, claims?: Readonly<Record<string, unknown>>): Promise<string> {
  const howTo = 'give one with --token, as the first argument, or in $PARLEY_TOKEN';
  const refuse = (reason: string): TerminalFailure => new TerminalFailure(`no token: ${reason}; ${howTo}`, EXIT.usage);
  if (!isOwnAddress(url)) throw refuse('the server is not on this machine');
  // Late, because most of the time it takes to start would be theirs, and a token is usually given.
  const [{ loadConfig }, { mintToken }] = await Promise.all([
    import('../src/config/load-config.js'),
    import('../src/identity/mint-token.js'),
  ]);
  let config: ReturnType<typeof loadConfig>;
  try {
    config = loadConfig();
  } catch (error) {
    throw refuse((error as Error).message.replaceAll(/\s+/g, ' '));
  }
  if (config.NODE_ENV === 'production') throw refuse('NODE_ENV is production, where none is made up');
  if (config.auth.secret === undefined) throw refuse('this configuration takes its tokens from a JWKS');
  return mintToken(config.auth.secret, {
    userId: 'demo',
    ttlSeconds: TTL_SECONDS,
    ...(claims === undefined ? {} : { claims }),
    issuer: config.JWT_ISSUER,
    audience: config.JWT_AUDIENCE,
  });
}
