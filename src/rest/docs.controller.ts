import { Controller, Get, Header, Inject } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DOCS_POLICY, docsPage } from './docs-page.js';
import { openApiOf, routesOf } from './open-api.js';
import type { RestRoute } from './open-api.js';
import { Rest } from './rest.decorator.js';

const OPEN = { protection: 'none', limit: 'address' } as const;

/** What there is to ask for; made when somebody looks for the first time. */
@Controller()
export class DocsController {
  private made: { readonly document: object; readonly page: string } | undefined;

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  @Get('openapi.json')
  @Rest({ ...OPEN, summary: 'The REST routes as an OpenAPI 3.1 document' })
  document(): object {
    return this.all().document;
  }

  @Get('docs')
  @Rest({ ...OPEN, summary: 'The REST routes for people', answerType: 'text/html' })
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', DOCS_POLICY)
  page(): string {
    return this.all().page;
  }

  private all() {
    return (this.made ??= made(this.discovery.getControllers().flatMap(({ metatype }) => routesIn(metatype))));
  }
}

const made = (routes: readonly RestRoute[]) => ({ document: openApiOf(routes), page: docsPage(routes) });

const routesIn = (metatype: unknown): readonly RestRoute[] =>
  typeof metatype === 'function' ? routesOf(metatype as Parameters<typeof routesOf>[0]) : [];
