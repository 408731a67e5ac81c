import { directoryRoutes as routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { AccountsService } from './accounts.service.js';
import { PeopleService } from './people.service.js';

@Controller()
export class DirectoryController {
  constructor(
    private readonly records: AccountsService,
    private readonly people: PeopleService,
  ) {}

  @On(routes.accounts)
  accounts(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.accounts>) {
    return this.records.accounts(actor, query);
  }

  @On(routes.account)
  account(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.account>) {
    return this.records.account(actor, params.id);
  }

  @On(routes.groups)
  groups(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.groups>) {
    return this.records.groups(actor, query);
  }

  @On(routes.group)
  group(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.group>) {
    return this.records.group(actor, params.id);
  }

  @On(routes.memberships)
  memberships(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.memberships>) {
    return this.records.memberships(actor, query);
  }

  @On(routes.people)
  list(@Actor() actor: Actor, @Input() { query }: Input<typeof routes.people>) {
    return this.people.list(actor, query);
  }

  @On(routes.person)
  person(@Actor() actor: Actor, @Input() { params }: Input<typeof routes.person>) {
    return this.people.get(actor, params.key);
  }
}
