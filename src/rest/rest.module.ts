import { Module } from '@nestjs/common';
import { AuthModule } from '../identity/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RestGate } from './rest-gate.js';

/** For every module with REST routes: what `@Rest` keeps them with. */
@Module({ imports: [AuthModule, LimitsModule], providers: [RestGate], exports: [AuthModule, RestGate] })
export class RestModule {}
