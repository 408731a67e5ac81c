import { createHash } from 'node:crypto';
import type { RunRow } from '@castellan/api';
import { batches } from '../platform/batches.js';
import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { readRuns } from '../runs/run-rows.js';
import { withoutSecrets } from '../triggers/shown-body.js';
import { wholeBody } from '../triggers/stored-body.js';

/** A run, who or what started it, and which version it ran. */
export type RunLine = RunRow & { startedBy: string | null; versionId: string };

const runsAtOnce = 200;

/** These runs, in their order. */
export async function* readRunLines(sql: Sql, runIds: string[]): AsyncIterable<RunLine> {
  for (const some of batches(runIds, runsAtOnce)) {
    const starts = await sql.query<{ id: string; startedBy: string | null; versionId: string }>(
      'select id, started_by as "startedBy", version_id as "versionId" from runs where id = any($1)',
      [some],
    );
    const startOf = new Map(starts.map((start) => [start.id, start]));
    for (const run of await readRuns(sql, some)) {
      const { startedBy = null, versionId = '' } = startOf.get(run.id) ?? {};
      yield { ...run, startedBy, versionId };
    }
  }
}

/** What started a run: the data that its expressions saw, and the delivery that brought it, if one did. */
export async function readTrigger(sql: Sql, runId: string): Promise<object> {
  const [row] = await sql.query<{ data: unknown; deliveryId: string | null }>(
    `select ${wholeValue('r', 'trigger_data', 'trigger')} as data, delivery_id as "deliveryId" from runs r where id = $1`,
    [runId],
  );
  const deliveryId = row?.deliveryId ?? null;
  return {
    data: withoutSecrets(row?.data ?? null),
    delivery: deliveryId === null ? null : await readDelivery(sql, deliveryId),
  };
}

/** Its address is left out: who knows the address of a webhook may be able to use it. */
async function readDelivery(sql: Sql, id: string): Promise<object | null> {
  const [row] = await sql.query<{ query: unknown; raw: Buffer; cleared: boolean } & Record<string, unknown>>(
    `select d.id, d.received_at as "receivedAt", d.method, d.headers, d.query, d.status, d.reason, d.source, d.sample,
            d.external_id as "externalId", d.again_of as "againOf", d.scheduled_at as "scheduledAt", d.swept, d.event,
            c.name as connection, c.connector, ${wholeBody} as raw, d.cleared_at is not null as cleared
       from deliveries d left join connections c on c.id = d.connection_id where d.id = $1`,
    [id],
  );
  if (!row) return null;
  const { raw, cleared, query, ...delivery } = row;
  const body = cleared ? null : { bytes: raw.length, sha256: createHash('sha256').update(raw).digest('hex') };
  return { ...delivery, query: withoutSecrets(query), body };
}

/** A version as it was published, with who did it. */
export async function readVersion(sql: Sql, versionId: string): Promise<object | null> {
  const [row] = await sql.query<object>(
    `select id, flow_id as "flowId", nullif(number, 0) as number, published_at as "publishedAt",
            published_by as "publishedBy", note, uses_simulators as "usesSimulators", flow
       from versions where id = $1`,
    [versionId],
  );
  return row ?? null;
}
