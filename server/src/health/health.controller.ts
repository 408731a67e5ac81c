import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Metrics } from '../platform/metrics.js';
import { ReadinessChecks } from '../platform/readiness.js';
import { OnOutside } from '../platform/routes/index.js';

/** What supervisors and monitoring ask. Nothing here tells about people or flows. */
@Controller()
export class HealthController {
  constructor(
    private readonly checks: ReadinessChecks,
    private readonly metrics: Metrics,
  ) {}

  @OnOutside('GET', '/health/live')
  live() {
    return { status: 'live' };
  }

  @OnOutside('GET', '/health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready, down, degraded } = await this.checks.look();
    reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'down', down, degraded };
  }

  @OnOutside('GET', '/metrics')
  async read(@Res({ passthrough: true }) reply: FastifyReply) {
    reply.header('content-type', this.metrics.contentType);
    return this.metrics.text();
  }
}
