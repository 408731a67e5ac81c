import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';

/**
 * A vendor takes one answer: refuses a flow that would answer an event which another flow that is switched on answers
 * already. Of two that come at the same moment the second waits for the first.
 */
export async function refuseSecondAnswer(tx: Sql, flowId: string): Promise<void> {
  const answered = await tx.query<{ triggerId: string; connectionId: string; event: string }>(
    `select trigger_id as "triggerId", connection_id as "connectionId", event from triggers
      where flow_id = $1 and enabled and connection_id is not null and (spec ->> 'answers')::boolean
      order by connection_id, event`,
    [flowId],
  );
  for (const { triggerId, connectionId, event } of answered) {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`answers ${connectionId} ${event}`]);
    const [other] = await tx.query<{ name: string }>(
      `select f.name from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
        where t.connection_id = $1 and t.event = $2 and t.flow_id <> $3 and t.enabled and (t.spec ->> 'answers')::boolean`,
      [connectionId, event, flowId],
    );
    if (!other) continue;
    const message = `The flow “${other.name}” answers this event already, and the system takes one answer.`;
    const fix = 'Let this flow only listen, or switch the other one off.';
    const pointer = `/triggers/${triggerId}/answers`;
    throw new ApiError('flow_invalid', `${pointer}: ${message}`, {
      problems: [{ severity: 'error', code: 'answered_elsewhere', pointer, message, fix }],
    });
  }
}

/** Agents call a tool by its name: refuses a flow that would offer one that another flow that is switched on offers. */
export async function refuseSecondTool(tx: Sql, flowId: string): Promise<void> {
  const offered = await tx.query<{ triggerId: string; workspaceId: string; tool: string }>(
    `select trigger_id as "triggerId", workspace_id as "workspaceId", spec #>> '{agents,tool}' as tool from triggers
      where flow_id = $1 and enabled and spec ? 'agents' order by tool`,
    [flowId],
  );
  for (const { triggerId, workspaceId, tool } of offered) {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`tool ${workspaceId} ${tool}`]);
    const [other] = await tx.query<{ name: string }>(
      `select f.name from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
        where t.workspace_id = $1 and t.flow_id <> $2 and t.enabled and t.spec #>> '{agents,tool}' = $3`,
      [workspaceId, flowId, tool],
    );
    if (!other) continue;
    const message = `The flow “${other.name}” offers agents a tool of this name already.`;
    const fix = 'Give it another name, or switch the other flow off.';
    const pointer = `/triggers/${triggerId}/agents/tool`;
    throw new ApiError('flow_invalid', `${pointer}: ${message}`, {
      problems: [{ severity: 'error', code: 'tool_offered_elsewhere', pointer, message, fix }],
    });
  }
}
