import { budgetRoutes, protectedRoutes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { BudgetsService } from './budgets.service.js';
import { ProtectedList } from './protected-list.service.js';

@Controller()
export class SafetyController {
  constructor(
    private readonly protectedList: ProtectedList,
    private readonly budgets: BudgetsService,
  ) {}

  @On(protectedRoutes.list)
  listProtected(@Actor() actor: Actor, @Input() { query }: Input<typeof protectedRoutes.list>) {
    return this.protectedList.list(actor, query);
  }

  @On(protectedRoutes.add)
  addProtected(@Actor() actor: Actor, @Input() { body }: Input<typeof protectedRoutes.add>) {
    return this.protectedList.add(actor, body);
  }

  @On(protectedRoutes.save)
  saveProtected(@Actor() actor: Actor, @Input() { params, body }: Input<typeof protectedRoutes.save>) {
    return this.protectedList.save(actor, params.id, body);
  }

  @On(protectedRoutes.remove)
  removeProtected(@Actor() actor: Actor, @Input() { params }: Input<typeof protectedRoutes.remove>) {
    return this.protectedList.remove(actor, params.id);
  }

  @On(budgetRoutes.get)
  getBudgets(@Actor() actor: Actor) {
    return this.budgets.get(actor);
  }

  @On(budgetRoutes.save)
  saveBudgets(@Actor() actor: Actor, @Input() { body }: Input<typeof budgetRoutes.save>) {
    return this.budgets.save(actor, body);
  }

  @On(budgetRoutes.ofFlow)
  budgetOfFlow(@Actor() actor: Actor, @Input() { params }: Input<typeof budgetRoutes.ofFlow>) {
    return this.budgets.ofFlow(actor, params.id);
  }
}
