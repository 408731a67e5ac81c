import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { MeService } from '../auth/me.service.js';
import { Database } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { wholePage } from '../platform/paging.js';
import type { Person } from '../platform/routes/index.js';
import { Member } from './member.entity.js';
import { Workspace } from './workspace.entity.js';

@Injectable()
export class WorkspacesService {
  constructor(
    private readonly database: Database,
    private readonly people: MeService,
    private readonly audit: AuditService,
  ) {}

  async list(person: Person) {
    const { workspaces } = await this.people.describe(person.userId);
    return wholePage(workspaces);
  }

  /** Its maker is its first administrator. */
  async make(person: Person, { name }: { name: string }) {
    const workspace = { id: newId(), name };
    await this.database.transaction(async (tx) => {
      await tx.manager.insert(Workspace, workspace);
      await tx.manager.insert(Member, { workspaceId: workspace.id, userId: person.userId, role: 'admin' });
      await this.audit.record(tx, {
        actor: person,
        workspaceId: workspace.id,
        action: 'workspace.create',
        objectType: 'workspace',
        objectId: workspace.id,
        objectName: name,
        after: { name },
      });
    });
    return { ...workspace, role: 'admin' as const };
  }
}
