import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { REST_INFO } from './rest-info.js';
import type { RestInfo } from './rest-info.js';
import { RestGuard } from './rest.guard.js';

/** Says what a route is, and has it kept: the guards given come after the limit of the address. */
export const Rest = (info: RestInfo, ...guards: readonly Type<CanActivate>[]): MethodDecorator =>
  applyDecorators(SetMetadata(REST_INFO, info), UseGuards(RestGuard, ...guards));
