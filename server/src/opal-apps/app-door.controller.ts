import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OnOutside } from '../platform/routes/index.js';
import { AppDoor } from './app-door.service.js';

/** Where Opal calls the custom apps that this server answers for. */
@Controller()
export class AppDoorController {
  constructor(private readonly door: AppDoor) {}

  @OnOutside('ALL', '/hooks/:path/*')
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // The ids in the path are read from it as it came: they may hold whatever is encoded.
    const [, , hookPath = '', ...rest] = (request.url.split('?')[0] as string).split('/');
    const answer = await this.door.answer(hookPath, {
      method: request.method,
      path: rest.join('/'),
      query: Object.fromEntries(new URLSearchParams(request.url.split('?')[1] ?? '')),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      rawBody: request.body instanceof Buffer ? request.body : Buffer.alloc(0),
    });
    const { status, body } = answer ?? {
      status: 404,
      body: { code: 404, message: 'There is nothing at this address.' },
    };
    void reply
      .status(status)
      .headers({ 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff' })
      .type('application/json')
      .send(body === undefined ? '' : JSON.stringify(body));
  }
}
