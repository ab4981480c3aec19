import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DocsController } from './docs.controller.js';
import { RestModule } from './rest.module.js';

/** `/docs` and `/openapi.json`. */
@Module({ imports: [DiscoveryModule, RestModule], controllers: [DocsController] })
export class DocsModule {}
