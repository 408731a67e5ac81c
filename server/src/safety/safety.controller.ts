import { protectedRoutes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { Actor, Input, On } from '../platform/routes/index.js';
import { ProtectedList } from './protected-list.service.js';

@Controller()
export class SafetyController {
  constructor(private readonly protectedList: ProtectedList) {}

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
}
