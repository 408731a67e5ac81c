import { isoInstant, prepared, type Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';

/** What is fixed of a run from its making: read once, kept by the process that hosts it. */
export interface RunFacts {
  id: string;
  workspaceId: string;
  flowId: string;
  flowName: string;
  versionId: string;
  version: number;
  mode: 'live' | 'test' | 'plan' | 'shadow';
  rootId: string;
  triggerId: string;
  triggerData: unknown;
  startedAt: string;
  /** It began with rows of an earlier run, which it may come to at any time. */
  prepared: boolean;
  /** Effects of the chain that a person wants once more, by their keys in the ledger. */
  again: string[];
  /** It does again what failed, and keeps the rest. */
  goesOn: boolean;
  /** The run whose step started this one. */
  parentRunId: string | null;
  /** How many runs stand above it. */
  depth: number;
  /** The plan that it makes, of mode plan, or else keeps to; `pins`: outputs that stand in for what it does not do. */
  plan: { id: string; pins: Record<string, unknown> } | null;
  /** Others may wait for its end. */
  takesTurns: boolean;
}

const keep = 2_000;
/** Pins of more bytes are not kept with the facts. */
const longestPins = 60_000;

/** The facts of the runs at hand; the least recently used go first. */
export class FactsCache {
  private readonly facts = new Map<string, RunFacts>();

  constructor(private readonly sql: Sql) {}

  /** Of all these runs, by id, in at most one query. */
  async of(runIds: string[]): Promise<Map<string, RunFacts>> {
    const found = new Map<string, RunFacts>();
    const missing: string[] = [];
    for (const id of runIds) {
      const known = this.facts.get(id);
      if (known) found.set(id, known);
      else missing.push(id);
    }
    for (const facts of found.values()) this.remember(facts);
    if (missing.length > 0) {
      for (const { isLarge, ...facts } of await this.read(missing)) {
        found.set(facts.id, facts);
        // A thousand of these would fill the memory: they are read again.
        if (!isLarge) this.remember(facts);
      }
    }
    return found;
  }

  private remember(facts: RunFacts): void {
    this.facts.delete(facts.id);
    this.facts.set(facts.id, facts);
    if (this.facts.size > keep)
      for (const oldest of [...this.facts.keys()].slice(0, keep / 4)) this.facts.delete(oldest);
  }

  private read(runIds: string[]): Promise<(RunFacts & { isLarge: boolean })[]> {
    return this.sql.query<RunFacts & { isLarge: boolean }>(
      prepared(`select r.id, r.workspace_id as "workspaceId", r.flow_id as "flowId", f.name as "flowName",
              r.version_id as "versionId", r.version, r.mode, r.root_id as "rootId", r.trigger_id as "triggerId",
              ${wholeValue('r', 'trigger_data', 'trigger')} as "triggerData", r.large is not null or coalesce(pg_column_size(p.pins), 0) > ${longestPins} as "isLarge", r.prepared, coalesce(r.retry -> 'again', '[]') as again,
              coalesce('failed' in (r.retry -> 'place' ->> 'at', r.retry -> 'place' ->> 'items'), false) as "goesOn",
              r.parent_run_id as "parentRunId", r.depth,
              ${isoInstant('coalesce(r.started_at, r.created_at)')} as "startedAt",
              r.turn is not null as "takesTurns",
              case when r.plan_id is not null then
                json_build_object('id', r.plan_id, 'pins', case when p.run_id = r.id then p.pins else '{}' end) end as plan
         from runs r join flows f on f.id = r.flow_id left join plans p on p.id = r.plan_id
        where r.id = any($1)`),
      [runIds],
    );
  }
}
