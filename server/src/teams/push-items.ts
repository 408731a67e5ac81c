import type { DirectoryEnvelope, DirectoryPush, JsonObject } from '@castellan/sdk';
import type { Sql } from '../platform/database/index.js';
import { readWrites } from './difference.js';
import type { PushAction, PushInput } from './push-flow.js';

/** Members that one push adds, and as many removes; the rest is for the next one. */
const mostWrites = 1_000;
/** Groups that one push makes. */
const mostCreates = 100;

/** One thing that a push does. */
export interface PushItem {
  /** By which the ledger knows it. */
  key: string;
  resourceId: string;
  teamId: string;
  action: PushAction;
  groupId: string | null;
  accountId: string | null;
  /** Its place among those of its action. */
  n: number;
}

/** What a push is to do. */
export interface PushWork {
  items: PushItem[];
  input: PushInput;
  /** Resources of which the connector knows too little, with what is said of them. */
  problems: { resourceId: string; problem: string }[];
  /** There may be more than one push takes. */
  isPart: boolean;
}

interface Pushed {
  id: string;
  teamId: string;
  name: string;
  description: string;
  group: (DirectoryEnvelope & { id: string }) | null;
}

/**
 * What the teams that are pushed to an integration want to have written, by the connector's operations: of a push that
 * goes on from another, without what that one and those since took.
 */
export async function readWork(
  sql: Sql,
  { id, settings, goesOnFrom }: { id: string; settings: JsonObject; goesOnFrom: string | null },
  push: DirectoryPush,
): Promise<PushWork> {
  const resources = await sql.query<Pushed>(
    `select r.id, t.id as "teamId", t.name, t.description,
            case when g.id is not null then
              jsonb_build_object('id', g.id, 'resource', g.external_id, 'payload', g.payload) end as "group"
       from directory_resources r join teams t on t.id = r.team_id and t.removed_at is null
       left join directory_groups g on g.id = r.group_id
      where r.integration_id = $1 and r.mode = 'push' and (g.id is null or g.removed_at is null)
        and not exists (select from team_push_items i
              where i.resource_id = r.id and i.push_id >= $2 and i.action = 'create' and r.group_id is null) order by r.id`,
    [id, goesOnFrom],
  );
  const made = new Work(push);
  const missing = resources.filter(({ group }) => group === null);
  for (const resource of missing.slice(0, mostCreates)) made.create(resource, settings);
  const there = new Map(resources.flatMap((resource) => (resource.group ? [[resource.id, resource] as const] : [])));
  const lines = await readWrites(sql, [...there.keys()], { most: mostWrites, behind: goesOnFrom });
  const accounts = await readAccounts(
    sql,
    lines.flatMap(({ accountId }) => accountId ?? []),
  );
  for (const { resourceId, what, accountId } of lines) {
    const resource = there.get(resourceId);
    const account = accounts.get(accountId ?? '');
    if (resource?.group && account)
      made.write(what === 'add' ? 'add' : 'remove', { ...resource, group: resource.group }, account);
  }
  const isFull = (action: string) => lines.filter(({ what }) => what === action).length === mostWrites;
  return { ...made.work, isPart: isFull('add') || isFull('remove') || missing.length > mostCreates };
}

type Account = DirectoryEnvelope & { id: string };

async function readAccounts(sql: Sql, ids: string[]): Promise<Map<string, Account>> {
  const rows = await sql.query<Account>(
    'select id, external_id as resource, payload from directory_accounts where id = any($1)',
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Gathers what is to be done: each thing once, each with the input of its call. */
class Work {
  readonly work: Omit<PushWork, 'isPart'> = { items: [], input: { creates: [], adds: [], removes: [] }, problems: [] };
  private readonly keys = new Set<string>();

  constructor(private readonly push: DirectoryPush) {}

  create({ id, teamId, name, description }: Pushed, settings: JsonObject): void {
    const input = this.push.create?.input({ name, description }, settings) ?? null;
    const why =
      this.push.create?.missing(settings) ?? 'Its name gives no address. Make the group by hand, and choose it.';
    if (input === null) this.work.problems.push({ resourceId: id, problem: `No group can be made. ${why}` });
    else this.add('create', { resourceId: id, teamId, groupId: null, accountId: null }, input);
  }

  write(action: 'add' | 'remove', { id, teamId, group }: Pushed & { group: Account }, account: Account): void {
    const input = this.push[action].input(group, account);
    const place = { resourceId: id, teamId, groupId: group.id, accountId: account.id };
    const problem = 'What was read of the group or of a member does not name them.';
    if (input === null) this.work.problems.push({ resourceId: id, problem });
    else this.add(action, place, input);
  }

  private add(action: PushAction, place: Omit<PushItem, 'key' | 'action' | 'n'>, input: JsonObject): void {
    const key = `${place.resourceId} ${place.accountId ?? 'group'}`;
    if (this.keys.has(key)) return;
    this.keys.add(key);
    const list = this.work.input[`${action}s`];
    this.work.items.push({ ...place, key, action, n: list.length });
    list.push({ key, input });
  }
}
