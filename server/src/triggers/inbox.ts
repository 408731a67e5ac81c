import { notify, type Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { queueChannel } from '../runs/carriers/dispatcher.js';
import { makeRun } from '../runs/make-run.js';
import type { Arrival } from './delivery.js';
import type { Candidate, Match } from './matching.js';

/** A delivery as it is stored. */
export interface StoredDelivery extends Arrival {
  id: string;
  workspaceId: string;
  /** Path of the address at which it arrived, or where a sample was sent from. */
  address: string;
  triggerRow: string | null;
  connectionId: string | null;
  externalId: string | null;
  sample: boolean;
}

export interface TakenRun {
  flowId: string;
  triggerId: string;
  runId: string;
  duplicate: boolean;
}

/** Writes a delivery that makes no run: refused, filtered as a whole, or to be matched later. */
export async function storeDelivery(
  tx: Sql,
  delivery: StoredDelivery,
  status: 'accepted' | 'refused' | 'filtered' | 'unmatched' | 'duplicate',
  reason: string | null,
): Promise<void> {
  await tx.query(
    `insert into deliveries (id, workspace_id, address, trigger_row, connection_id, external_id, method, headers, query,
                             body, sample, status, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      delivery.id,
      delivery.workspaceId,
      delivery.address,
      delivery.triggerRow,
      delivery.connectionId,
      delivery.externalId,
      delivery.method,
      JSON.stringify(delivery.headers),
      JSON.stringify(delivery.query),
      delivery.rawBody,
      delivery.sample,
      status,
      reason,
    ],
  );
}

/**
 * Makes the runs of a delivery, in the transaction that stores it. Of all deliveries with one key within its window
 * the first makes the run, whichever comes at the same moment; the others get its id.
 */
export async function takeIn(
  tx: Sql,
  deliveryId: string,
  matched: { candidate: Candidate; match: Match }[],
  options: { dedupe: boolean; mode?: 'live' | 'test' },
): Promise<TakenRun[]> {
  const taken: TakenRun[] = [];
  for (const { candidate, match } of matched) {
    const { trigger } = candidate;
    if (match.outcome === 'filtered') {
      await writeIntake(tx, deliveryId, candidate, { status: 'filtered', reason: match.reason });
      continue;
    }
    const key = options.dedupe ? match.dedupeKey : null;
    const first = key === null ? null : await firstRunOf(tx, deliveryId, candidate, key, match.dedupeSeconds);
    if (first?.duplicate) {
      await writeIntake(tx, deliveryId, candidate, { status: 'duplicate', runId: first.runId });
      taken.push({ flowId: trigger.flowId, triggerId: trigger.triggerId, runId: first.runId, duplicate: true });
      continue;
    }
    const runId = first?.runId ?? newId();
    if (!first) await writeIntake(tx, deliveryId, candidate, { status: 'run', runId });
    await makeRun(tx, {
      id: runId,
      workspaceId: trigger.workspaceId,
      flowId: trigger.flowId,
      versionId: trigger.versionId,
      version: trigger.version,
      mode: options.mode ?? 'live',
      triggerId: trigger.triggerId,
      triggerKind: trigger.kind,
      deliveryId,
      triggerData: candidate.data,
      businessKey: match.businessKey,
      simulated: trigger.simulated,
    });
    taken.push({ flowId: trigger.flowId, triggerId: trigger.triggerId, runId, duplicate: false });
  }
  const [one] = matched;
  if (one) await tell(tx, one.candidate.trigger.workspaceId, taken);
  return taken;
}

/** Claims the key for a new run, or finds the run that has it. */
async function firstRunOf(
  tx: Sql,
  deliveryId: string,
  { trigger, event }: Candidate,
  key: string,
  seconds: number,
): Promise<{ runId: string; duplicate: boolean }> {
  const place = [trigger.flowId, trigger.triggerId, key];
  await tx.query(
    `update intake set dedupe_key = null
      where flow_id = $1 and trigger_id = $2 and dedupe_key = $3 and dedupe_until < now()`,
    place,
  );
  const runId = newId();
  const claimed = await tx.query(
    `insert into intake (flow_id, trigger_id, dedupe_key, delivery_id, event, run_id, status, dedupe_until)
     values ($1, $2, $3, $4, $5, $6, 'run', now() + $7 * interval '1 second')
     on conflict (flow_id, trigger_id, dedupe_key) where dedupe_key is not null do nothing returning run_id`,
    [...place, deliveryId, event, runId, seconds],
  );
  if (claimed.length > 0) return { runId, duplicate: false };
  const [holder] = await tx.query<{ runId: string }>(
    `select run_id as "runId" from intake where flow_id = $1 and trigger_id = $2 and dedupe_key = $3`,
    place,
  );
  if (!holder) throw new Error('The dedupe key was freed in the same moment; the delivery is to be sent again.');
  return { runId: holder.runId, duplicate: true };
}

async function writeIntake(
  tx: Sql,
  deliveryId: string,
  { trigger, event }: Candidate,
  row: { status: 'run' | 'filtered' | 'duplicate'; runId?: string; reason?: string },
): Promise<void> {
  await tx.query(
    `insert into intake (delivery_id, flow_id, trigger_id, event, run_id, status, reason)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [deliveryId, trigger.flowId, trigger.triggerId, event, row.runId ?? null, row.status, row.reason ?? null],
  );
}

async function tell(tx: Sql, workspaceId: string, taken: TakenRun[]): Promise<void> {
  const made = taken.filter((run) => !run.duplicate).map((run) => run.runId);
  if (made.length === 0) return;
  await notify(tx, queueChannel, workspaceId);
  for (let start = 0; start < made.length; start += 100) {
    await notify(tx, 'castellan_changes', `${workspaceId} runs ${made.slice(start, start + 100).join(' ')}`);
  }
}
