import { type Change, type Connector, changesOf, type JsonValue, type Undo, undoOf } from '@castellan/sdk';
import { findConnector } from '../connector-registry/known-connectors.js';
import { presentName } from '../connector-registry/renamed-operations.js';
import { openSentInput } from '../operations/ledger.js';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import { holdsMask } from '../platform/masking.js';

/** A write of a run that is to be undone, as the ledger has it. */
export interface DoneWrite {
  rootId: string;
  key: string;
  runId: string;
  flowId: string;
  flowName: string;
  versionId: string;
  step: string;
  connectionId: string | null;
  /** Whether that connection is there, and is a simulator. */
  connection: { name: string; connector: string; simulator: boolean } | null;
  /** `<connector>.<operation>`, by its present name. */
  operation: string;
  input: unknown;
  changes: Change[];
  before: JsonValue;
  beforeRead: boolean;
  /** As it is shown. */
  answer: JsonValue;
  state: 'done' | 'unknown';
  undone: boolean;
}

/** What takes a write back, or why nothing does. */
export type WayBack = { call: Undo; changes: Change[] } | { state: 'restored' | 'no_way' | 'unknown'; why: string };

/** First runs of the chain of retries of a run and, below it, of the chains that its runs have called. */
const chains = `recursive chain (root_id) as (
  select $1::uuid
  union
  select c.root_id from chain k
    join lateral (select id from runs where id = k.root_id or (root_id = k.root_id and root_id <> id)) r on true
    join runs c on c.parent_run_id = r.id)`;

/** Ids of the first runs of all chains whose writes belong to a run, its own chain first. */
export async function rootsBelow(sql: Sql, rootId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`with ${chains} select root_id as id from chain`, [rootId]);
  return rows.map(({ id }) => id);
}

/**
 * The writes of these chains that happened, or of which nobody knows whether they did, the last first. What a run itself
 * has taken back after its end is none.
 */
export async function readDoneWrites(sql: Sql, sealer: Sealer, roots: string[]): Promise<DoneWrite[]> {
  const rows = await sql.query<DoneWrite & { input: string }>(
    `select e.root_id as "rootId", e.key, e.run_id as "runId", r.flow_id as "flowId", f.name as "flowName",
            r.version_id as "versionId", e.step_id as step, e.connection_id as "connectionId",
            case when c.id is not null then json_build_object('name', c.name, 'connector', c.connector, 'simulator', c.simulator)
                 when t.id is not null then json_build_object('name', t.name, 'connector', 'table', 'simulator', false) end as connection,
            e.operation, e.input, e.changes, e.before, e.before_read as "beforeRead",
            ${wholeValue('e', 'answer', 'output')} as answer,
            case when e.state = 'done' then 'done' else 'unknown' end as state, e.undone_at is not null as undone
       from effects e join runs r on r.id = e.run_id join flows f on f.id = r.flow_id
       left join connections c on c.id = e.connection_id and c.removed_at is null
       left join tables t on t.id = e.connection_id and t.removed_at is null
      where e.root_id = any($1) and e.state in ('done', 'unknown', 'sending')
        and not (e.state = 'done' and starts_with(e.step_id, 'undo:'))
      order by coalesce(e.settled_at, e.created_at) desc, e.created_at desc, e.key`,
    [roots],
  );
  return Promise.all(
    rows.map(async (row) => ({
      ...row,
      operation: presentName(row.operation),
      input: await openSentInput(sealer, row),
    })),
  );
}

/** How a write is taken back, as far as that can be told without looking at what there is now. */
export function wayBack(write: DoneWrite): WayBack {
  const [connectorId = '', operationId = ''] = write.operation.split('.');
  const connector = findConnector(connectorId)?.connector;
  const operation = connector?.operations[operationId];
  if (write.state === 'unknown') {
    return { state: 'unknown', why: 'Nobody knows whether it happened. Look in the system.' };
  }
  if (!connector || !operation) return noWay('What was called is not in this release any more.');
  if (onlyTells(write.changes)) return noWay('A message stays sent: what was said cannot be unsaid.');
  if (!operation.undo) return noWay('The system has no call that takes it back.');
  if (write.connectionId !== null && write.connection === null) return noWay('Its connection has been removed.');
  if (operation.before && !write.beforeRead) return noWay('What there was before it is not known.');
  return callBack(connector, operationId, write);
}

function callBack(connector: Connector, operationId: string, { input, answer, before }: DoneWrite): WayBack {
  try {
    const call = undoOf(connector, operationId, input, answer, before);
    if (call === null) return { state: 'restored', why: 'It changed nothing.' };
    if (holdsMask(before)) return noWay('What there was before it was secret.');
    return { call, changes: changesOf(connector, call.operation, call.input) };
  } catch (thrown) {
    return noWay(`It is not known how this is taken back: ${(thrown as Error).message}`);
  }
}

const noWay = (why: string): WayBack => ({ state: 'no_way', why });

/** People have read it; to delete it would only hide what they were told. */
const onlyTells = (changes: Change[]): boolean =>
  changes.length > 0 && changes.every(({ action }) => action === 'notify');
