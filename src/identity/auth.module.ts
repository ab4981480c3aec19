import { Module } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { JwksTokenVerifier } from './jwks.verifier.js';
import { JwtGuard } from './jwt.guard.js';
import { KeyedTokenVerifier } from './keyed.verifier.js';
import { SecretTokenVerifier } from './secret.verifier.js';
import { TOKEN_VERIFIER } from './token-verifier.port.js';
import type { TokenVerifier } from './token-verifier.port.js';
import { UsedOnce } from './used-once.js';

@Module({
  imports: [JwtModule.register({})],
  providers: [
    {
      provide: TOKEN_VERIFIER,
      inject: [CONFIG, JwtService],
      useFactory: (config: Config, jwt: JwtService): TokenVerifier => {
        const expected = { issuer: config.JWT_ISSUER, audience: config.JWT_AUDIENCE };
        const { secret, jwksUrl } = config.auth;
        return new KeyedTokenVerifier(
          secret === undefined ? undefined : new SecretTokenVerifier(jwt, secret, expected),
          jwksUrl === undefined ? undefined : new JwksTokenVerifier(jwksUrl, expected),
        );
      },
    },
    JwtGuard,
    UsedOnce,
  ],
  exports: [TOKEN_VERIFIER, JwtGuard, UsedOnce],
})
export class AuthModule {}
