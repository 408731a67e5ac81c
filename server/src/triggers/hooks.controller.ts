import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OnOutside } from '../platform/routes/index.js';
import { HooksService } from './hooks.service.js';

/** Where the outside world delivers: webhooks of flows, and the addresses of connections. */
@Controller()
export class HooksController {
  constructor(private readonly hooks: HooksService) {}

  @OnOutside('ALL', '/hooks/:path')
  async deliver(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.hooks.deliver((request.params as { path: string }).path, {
      method: request.method,
      headers: headersOf(request),
      query: queryOf(request),
      rawBody: request.body instanceof Buffer ? request.body : Buffer.alloc(0),
      source: request.ip,
    });
    // What a flow answers is another party's text on our origin: it never runs as a page.
    void reply
      .status(answer.status)
      .headers({
        ...answer.headers,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      })
      .send(answer.body);
  }
}

function headersOf(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}

function queryOf(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries((request.query ?? {}) as Record<string, string | string[]>);
  return Object.fromEntries(entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]));
}
