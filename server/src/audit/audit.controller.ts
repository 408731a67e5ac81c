import { peopleRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { AuditTrail } from './audit-trail.service.js';

@Controller()
export class AuditController {
  constructor(private readonly trail: AuditTrail) {}

  @On(routes.audit)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.audit>) {
    return this.trail.list(actor, query);
  }

  @On(routes.verifyAudit)
  verify(@Actor() actor: Actor) {
    return this.trail.verify(actor);
  }
}
