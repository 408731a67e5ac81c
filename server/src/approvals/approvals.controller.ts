import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On, type Person, SignedIn } from '../platform/routes/index.js';
import { ApprovalLinks } from './approval-links.service.js';
import { ApprovalsService } from './approvals.service.js';

const { approvals } = routes;

@Controller()
export class ApprovalsController {
  constructor(
    private readonly service: ApprovalsService,
    private readonly links: ApprovalLinks,
  ) {}

  @On(approvals.list)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof approvals.list>) {
    return this.service.list(actor, query);
  }

  @On(approvals.get)
  get(@Actor() actor: Actor, @Input() { params }: Input<typeof approvals.get>) {
    return this.service.get(actor, params.id);
  }

  @On(approvals.followLink)
  followLink(@SignedIn() person: Person, @Input() { query }: Input<typeof approvals.followLink>) {
    return this.links.follow(person, query.link);
  }

  @On(approvals.decide)
  decide(@Actor() actor: Actor, @Input() { params, body }: Input<typeof approvals.decide>) {
    return this.service.decide(actor, params.id, body);
  }
}
