import type { Policy } from '@castellan/api';
import { type PolicyRule, type PublishPolicy, policyRules } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { readExceptions, readRules } from './policy-rows.js';

/** The rules for flows that are published, and which flows need not keep to them. */
@Injectable()
export class PolicyService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async get({ workspaceId }: Actor): Promise<Policy> {
    return {
      rules: await readRules(this.database, workspaceId),
      exceptions: await readExceptions(this.database, workspaceId),
    };
  }

  async save(actor: Actor, rules: PublishPolicy): Promise<Policy> {
    const { workspaceId } = actor;
    await this.database.transaction(async (tx) => {
      await tx.query('select from workspaces where id = $1 for no key update', [workspaceId]);
      const before = await readRules(tx, workspaceId);
      await tx.query(
        `insert into publish_policies (workspace_id, rules) values ($1, $2)
         on conflict (workspace_id) do update set rules = excluded.rules`,
        [workspaceId, JSON.stringify(rules)],
      );
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'policy.change', objectType: 'workspace', objectId: workspaceId },
        ...{ before, after: rules },
      });
    });
    return this.get(actor);
  }

  async except(actor: Actor, wish: { flowId: string; rule: PolicyRule; reason: string }): Promise<Policy> {
    const { workspaceId } = actor;
    const { flowId, rule, reason } = wish;
    await this.database.transaction(async (tx) => {
      const [flow] = await tx.query<{ name: string }>(
        'select name from flows where id = $1 and workspace_id = $2 and removed_at is null for key share',
        [flowId, workspaceId],
      );
      const { name } = found(flow, 'flow');
      await tx.query(
        `insert into policy_exceptions (workspace_id, flow_id, rule, reason, given_by) values ($1, $2, $3, $4, $5)
         on conflict (flow_id, rule) do update
            set reason = excluded.reason, given_by = excluded.given_by, given_at = now()`,
        [workspaceId, flowId, rule, reason, actor.email],
      );
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'policy.except', objectType: 'flow', objectId: flowId, objectName: name },
        after: { rule, reason },
      });
    });
    return this.get(actor);
  }

  async removeException(actor: Actor, flowId: string, rule: string): Promise<Record<string, never>> {
    const { workspaceId } = actor;
    await this.database.transaction(async (tx) => {
      const known = policyRules.find((one) => one === rule) ?? '';
      const [removed] = await tx.query<{ name: string; reason: string }>(
        `delete from policy_exceptions e using flows f
          where e.workspace_id = $1 and e.flow_id = $2 and e.rule = $3 and f.id = e.flow_id returning f.name, e.reason`,
        [workspaceId, flowId, known],
      );
      const { name, reason } = found(removed, 'exception');
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'policy.end_exception' },
        ...{ objectType: 'flow', objectId: flowId, objectName: name, before: { rule, reason } },
      });
    });
    return {};
  }
}
