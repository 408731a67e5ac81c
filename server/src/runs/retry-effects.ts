import type { RetryEffect, RetryPreview } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { countKept } from './kept-steps.js';
import type { RetryCase } from './retry-source.js';

/** Writes that are listed; the others are counted. */
const mostListed = 200;

/** Those that need a person's word first, what is kept last. */
const order: RetryEffect['state'][] = ['unknown', 'ask', 'again', 'new', 'kept'];

interface LatestEffect {
  key: string;
  step: string;
  iteration: string;
  state: 'sending' | 'done' | 'refused' | 'unknown';
  operation: string;
  connectionId: string | null;
}

type Listed = Pick<RetryEffect, 'key' | 'stepId' | 'title' | 'iteration' | 'operation' | 'state' | 'why'>;

/** The writes that a retry may come to, and what would become of each. */
export async function readRetryEffects(
  sql: Sql,
  retry: RetryCase,
): Promise<Pick<RetryPreview, 'kept' | 'counts' | 'effects'>> {
  const keptRows = await countKept(sql, retry.run.id, retry.kept);
  const open = new Set(retry.kept.open);
  const latest = await latestEffects(sql, retry.run.rootId);
  const listed: Listed[] = latest
    .filter(({ key, step }) => open.has(step) && !keptRows.effects.has(key))
    .flatMap((effect) => listedOf(retry, effect) ?? []);
  const known = new Set(listed.map(({ stepId }) => stepId));
  for (const id of retry.kept.open) {
    const action = actionOf(retry, id);
    if (action && !known.has(id)) listed.push(neverSent(id, action));
  }
  listed.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const counts = { kept: 0, again: 0, ask: 0, unknown: 0, new: 0 };
  for (const { state } of listed) counts[state]++;
  return { kept: keptRows.count, counts, effects: await withDetails(sql, retry, listed.slice(0, mostListed)) };
}

/** The latest generation of each effect of a chain. A sender that gave no sign of life may have sent. */
async function latestEffects(sql: Sql, rootId: string): Promise<LatestEffect[]> {
  return sql.query<LatestEffect>(
    `select distinct on (step_id, item) key, step_id as step, iteration, state, operation,
            connection_id as "connectionId"
       from effects where root_id = $1 order by step_id, item, generation desc`,
    [rootId],
  );
}

/** The step if it is an action that writes. */
function actionOf({ version }: RetryCase, id: string): CompiledAction | null {
  const step = version.program.steps[id];
  return step?.kind === 'action' && step.effect !== 'read' ? step : null;
}

function neverSent(id: string, action: CompiledAction): Listed {
  const operation = `${action.connector}.${action.operation}`;
  return { key: null, stepId: id, title: action.title, iteration: '', operation, state: 'new', why: null };
}

function listedOf(retry: RetryCase, effect: LatestEffect): Listed | null {
  const action = actionOf(retry, effect.step);
  if (!action) return null;
  const { key, step: stepId, iteration, operation } = effect;
  return { key, stepId, title: action.title, iteration, operation, ...stateOf(retry, action, effect) };
}

/** As the ledger will decide when the retry comes to it, but for the input, which is not known before. */
function stateOf(
  { version }: RetryCase,
  action: CompiledAction,
  { state, operation, connectionId }: LatestEffect,
): Pick<RetryEffect, 'state' | 'why'> {
  if (state === 'refused') return { state: 'again', why: 'refused' };
  if (state !== 'done') {
    if (action.idempotency === 'none') return { state: 'unknown', why: null };
    return action.idempotency === 'lookup' ? { state: 'ask', why: null } : { state: 'again', why: 'same_key' };
  }
  if (operation !== `${action.connector}.${action.operation}`) return { state: 'again', why: 'operation' };
  const connection = version.program.slots[action.connection]?.id ?? null;
  return connection === connectionId ? { state: 'kept', why: null } : { state: 'again', why: 'connection' };
}

async function withDetails(sql: Sql, { run }: RetryCase, listed: Listed[]): Promise<RetryEffect[]> {
  const rows = await sql.query<{ key: string; changes: RetryEffect['changes']; said: string | null; at: string }>(
    `select key, changes, case when state = 'refused' then answer ->> 'message' end as said,
            coalesce(settled_at, created_at) as at
       from effects where root_id = $1 and key = any($2)`,
    [run.rootId, listed.flatMap(({ key }) => key ?? [])],
  );
  const details = new Map(rows.map((row) => [row.key, row]));
  return listed.map((effect) => {
    const { changes = [], said = null, at = null } = details.get(effect.key ?? '') ?? {};
    return { ...effect, changes, said, at };
  });
}
