import { evidenceRoutes as routes } from '@castellan/api';
import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Actor, Input, On } from '../platform/routes/index.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceKeys } from './evidence-keys.service.js';

@Controller()
export class EvidenceController {
  constructor(
    private readonly service: EvidenceService,
    private readonly evidenceKeys: EvidenceKeys,
  ) {}

  @On(routes.pack)
  async pack(
    @Actor() actor: Actor,
    @Input() { params }: Input<typeof routes.pack>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, bytes } = await this.service.pack(actor, params.id);
    void reply
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('x-content-type-options', 'nosniff')
      .send(bytes);
  }

  @On(routes.keys)
  keys() {
    return this.evidenceKeys.list();
  }

  @On(routes.rotate)
  rotate(@Actor() actor: Actor) {
    return this.evidenceKeys.rotate(actor);
  }
}
