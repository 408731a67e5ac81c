import type { AuditService } from '../audit/audit.service.js';
import type { Sql } from '../platform/database/index.js';

/** Sends nothing more for a subscription until a person switches it on; what it misses is kept for it. */
export async function stopSubscription(tx: Sql, audit: AuditService, id: string, reason: string): Promise<void> {
  const [stopped] = await tx.query<{ workspaceId: string; name: string; url: string }>(
    `update event_subscribers set state = 'stopped', reason = $2, stopped_at = now()
      where id = $1 and state = 'on' returning workspace_id as "workspaceId", name, url`,
    [id, reason],
  );
  if (!stopped) return;
  await audit.record(tx, {
    actor: 'system',
    workspaceId: stopped.workspaceId,
    action: 'event_subscription.stop',
    objectType: 'event_subscription',
    objectId: id,
    objectName: stopped.name,
    before: { state: 'on' },
    after: { state: 'stopped', reason, url: stopped.url },
  });
}
