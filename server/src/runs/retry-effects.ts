import type { RetryEffect, RetryPreview } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { presentName } from '../connector-registry/renamed-operations.js';
import type { VersionsService } from '../flows/versions.service.js';
import type { Sql } from '../platform/database/index.js';
import { readKept } from './kept-steps.js';
import { type RetryScope, readScopes } from './retry-scopes.js';
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
  undone: boolean;
}

type Listed = Pick<RetryEffect, 'key' | 'stepId' | 'title' | 'iteration' | 'flow' | 'operation' | 'state' | 'why'>;

/** The writes that a retry may come to, those of the flows that it calls among them, and what would become of each. */
export async function readRetryEffects(
  sql: Sql,
  versions: VersionsService,
  retry: RetryCase,
): Promise<Pick<RetryPreview, 'kept' | 'counts' | 'effects'>> {
  const kept = await readKept(sql, retry.run.id, retry.kept);
  const scopes = await readScopes(sql, versions, retry, kept.children);
  const listed: Listed[] = [];
  for (const scope of scopes) listed.push(...(await listedIn(sql, scope, kept.effects)));
  listed.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const counts = { kept: 0, again: 0, ask: 0, unknown: 0, new: 0 };
  for (const { state } of listed) counts[state]++;
  const roots = scopes.flatMap((scope) => scope.roots);
  return { kept: kept.count, counts, effects: await withDetails(sql, roots, listed.slice(0, mostListed)) };
}

async function listedIn(sql: Sql, scope: RetryScope, kept: ReadonlySet<string>): Promise<Listed[]> {
  const open = new Set(scope.steps);
  const latest = await latestEffects(sql, scope.roots);
  const listed = latest
    .filter(({ key, step }) => open.has(step) && !kept.has(key))
    .flatMap((effect) => listedOf(scope, effect) ?? []);
  const known = new Set(listed.map(({ stepId }) => stepId));
  for (const id of scope.steps) {
    const action = actionOf(scope, id);
    if (action && !known.has(id)) listed.push(neverSent(scope, id, action));
  }
  return listed;
}

/** The latest generation of each effect of some chains. A sender that gave no sign of life may have sent. */
async function latestEffects(sql: Sql, roots: string[]): Promise<LatestEffect[]> {
  return sql.query<LatestEffect>(
    `select distinct on (root_id, step_id, item) key, step_id as step, iteration, state, operation,
            connection_id as "connectionId", undone_at is not null as undone
       from effects where root_id = any($1) order by root_id, step_id, item, generation desc`,
    [roots],
  );
}

/** The step if it is an action that writes. */
function actionOf({ program }: RetryScope, id: string): CompiledAction | null {
  const step = program.steps[id];
  return step?.kind === 'action' && step.effect !== 'read' ? step : null;
}

function neverSent({ flow }: RetryScope, id: string, action: CompiledAction): Listed {
  const operation = `${action.connector}.${action.operation}`;
  return { key: null, stepId: id, title: action.title, iteration: '', flow, operation, state: 'new', why: null };
}

function listedOf(scope: RetryScope, effect: LatestEffect): Listed | null {
  const action = actionOf(scope, effect.step);
  if (!action) return null;
  const { key, step: stepId, iteration, operation } = effect;
  const place = { key, stepId, title: action.title, iteration, flow: scope.flow };
  return { ...place, operation, ...stateOf(scope, action, effect) };
}

/** As the ledger will decide when the retry comes to it, but for the input, which is not known before. */
function stateOf(
  { program }: RetryScope,
  action: CompiledAction,
  { state, operation, connectionId, undone }: LatestEffect,
): Pick<RetryEffect, 'state' | 'why'> {
  if (state === 'refused') return { state: 'again', why: 'refused' };
  if (undone) return { state: 'again', why: 'undone' };
  if (state !== 'done') {
    if (action.idempotency === 'none') return { state: 'unknown', why: null };
    return action.idempotency === 'lookup' ? { state: 'ask', why: null } : { state: 'again', why: 'same_key' };
  }
  if (presentName(operation) !== `${action.connector}.${action.operation}`) return { state: 'again', why: 'operation' };
  const connection = program.slots[action.connection]?.id ?? null;
  return connection === connectionId ? { state: 'kept', why: null } : { state: 'again', why: 'connection' };
}

async function withDetails(sql: Sql, roots: string[], listed: Listed[]): Promise<RetryEffect[]> {
  const rows = await sql.query<{ key: string; changes: RetryEffect['changes']; said: string | null; at: string }>(
    `select key, changes, case when state = 'refused' then answer ->> 'message' end as said,
            coalesce(settled_at, created_at) as at
       from effects where root_id = any($1) and key = any($2)`,
    [roots, listed.flatMap(({ key }) => key ?? [])],
  );
  const details = new Map(rows.map((row) => [row.key, row]));
  return listed.map((effect) => {
    const { changes = [], said = null, at = null } = details.get(effect.key ?? '') ?? {};
    return { ...effect, changes, said, at };
  });
}
