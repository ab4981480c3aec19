import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Registry } from 'prom-client';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { HostMetrics } from './host-metrics.js';

/** For Prometheus, whole for all workers of this host. With METRICS_TOKEN it must present that token; without one the page exists outside production only. */
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(HostMetrics) private readonly metricsOfHost: HostMetrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Rest({ summary: 'Metrics for Prometheus', protection: 'metrics', limit: 'second', answerType: 'text/plain' })
  async metrics(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const { METRICS_TOKEN: token, NODE_ENV } = this.config;
    if (token === undefined && NODE_ENV === 'production') {
      throw refusal(404, 'not_found', 'Set METRICS_TOKEN to publish metrics.');
    }
    if (token !== undefined && !same(BEARER.exec(authorization ?? '')?.[1] ?? '', token)) {
      response.setHeader('WWW-Authenticate', 'Bearer');
      throw refusal(401, 'token_invalid', 'Send METRICS_TOKEN as the bearer token.');
    }
    response.setHeader('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE);
    return this.metricsOfHost.text();
  }
}

/** RFC 9110 section 11.1: the scheme is written in any case. */
const BEARER = /^Bearer +(.+?) *$/i;

/** Takes the same time wherever the texts begin to differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
