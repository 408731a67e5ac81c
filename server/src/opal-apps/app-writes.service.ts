import type { OpalAppReadName, OpalAppWriteName } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import type { Answer } from '../triggers/answers.service.js';
import { AppDirectory } from './app-directory.service.js';
import type { AppRow } from './app-rows.js';
import { CallRefusal } from './contract.js';
import { FlowCalls, refuseUnlessDone } from './flow-calls.service.js';

/** An access that Opal wants given or taken. */
export interface Access {
  resourceId?: string;
  groupId?: string;
  userId?: string;
  memberGroupId?: string;
  accessLevelId?: string;
}

/** The list in which an access is found again, the id that it is of, and the fields that tell it. */
const readBack: Record<
  string,
  { read: OpalAppReadName; of: keyof Access; fields: Partial<Record<string, keyof Access>> }
> = {
  ResourceUser: {
    read: 'resourceUsers',
    of: 'resourceId',
    fields: { user_id: 'userId', access_level_id: 'accessLevelId' },
  },
  GroupUser: { read: 'groupUsers', of: 'groupId', fields: { user_id: 'userId' } },
  GroupResource: {
    read: 'groupResources',
    of: 'groupId',
    fields: { resource_id: 'resourceId', access_level_id: 'accessLevelId' },
  },
  MemberGroup: { read: 'memberGroups', of: 'groupId', fields: { group_id: 'memberGroupId' } },
};

/** So long after a write that was carried out, the same is a repetition and not a new wish. */
const repeatSeconds = 600;

type Begun = { runId: string; before: Answer | null };

/** Changes of access that Opal asks for: each is a run of a flow, and a repetition finds that run. */
@Injectable()
export class AppWrites {
  constructor(
    private readonly database: Database,
    private readonly directory: AppDirectory,
    private readonly flows: FlowCalls,
  ) {}

  /** Carries a write out, or finds that it was. @returns the run, if there was need of one */
  async carryOut(app: AppRow, write: OpalAppWriteName, access: Access): Promise<{ runId: string | null }> {
    const serve = app.serves.writes[write];
    if (!serve) throw new CallRefusal(501, 'No flow serves this call. Choose one on the page of the custom app.');
    const input = { call: write, appId: app.appId, ...access };
    const run = await this.flows.prepare(app.workspaceId, serve.flowId, input);
    const isThere = await this.isThere(app, write, access);
    const expected = this.flows.expectAnswer(run.id);
    let begun: Begun;
    try {
      begun = await this.database.transaction(async (tx) => {
        const earlier = await lastWrite(tx, app.id, write, access);
        if (earlier && (!earlier.before || isThere !== false)) return earlier;
        if (isThere === true) return { runId: '', before: null };
        await run.make(tx);
        await noteWrite(tx, app.id, { write, access, runId: run.id });
        return { runId: run.id, before: null };
      });
    } catch (error) {
      expected.forget();
      throw error;
    }
    if (begun.runId === run.id) {
      refuseUnlessDone(await expected.answer());
      return { runId: run.id };
    }
    expected.forget();
    if (begun.runId === '') return { runId: null };
    refuseUnlessDone(begun.before ?? (await this.flows.expectAnswer(begun.runId).answer()));
    return { runId: begun.runId };
  }

  /**
   * Whether the directory shows already what is asked for; null where no connection tells. One that cannot be read
   * holds nothing up: what was done twice is then the flow's to know.
   */
  private async isThere(app: AppRow, write: OpalAppWriteName, access: Access): Promise<boolean | null> {
    const { read, of, fields } = readBack[write.replace(/^(?:add|remove)/, '')] as (typeof readBack)[string];
    const held = await this.directory.heldNow(app, read, access[of] as string).catch((error: unknown) => {
      if (error instanceof CallRefusal) return null;
      throw error;
    });
    if (!held) return null;
    const mapped = app.serves.reads[read];
    const told = Object.entries(fields).filter(([name]) => mapped?.by === 'connection' && name in mapped.fields);
    const found = held.some((item) =>
      told.every(([name, part]) => (item[name] ?? '') === (access[part as keyof Access] ?? '')),
    );
    return write.startsWith('add') ? found : !found;
  }
}

/** What tells one access from another, whether it is given or taken. */
function aboutOf(write: OpalAppWriteName, access: Access): string {
  const parts = Object.entries(access).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([write.replace(/^(?:add|remove)/, ''), parts]);
}

/** The run of the same write that is under way (`before` null) or was carried out just now; null if there is none. */
async function lastWrite(tx: Sql, app: string, write: OpalAppWriteName, access: Access): Promise<Begun | null> {
  const about = aboutOf(write, access);
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${app} ${about}`]);
  const [row] = await tx.query<Answer & { runId: string; call: string; recent: boolean }>(
    `select w.run_id as "runId", w.call, w.at > now() - interval '${repeatSeconds} seconds' as recent,
            r.status, r.ended_at is not null as ended, ${wholeValue('r', 'response')} as response
       from opal_app_writes w join runs r on r.id = w.run_id where w.app = $1 and w.about = $2`,
    [app, about],
  );
  if (!row || row.call !== write) return null;
  const { runId, recent, status, ended, response } = row;
  if (!ended && !response) return { runId, before: null };
  const done = response ? response.status < 400 : status === 'succeeded';
  return done && recent ? { runId, before: { status, ended, response } } : null;
}

function noteWrite(
  tx: Sql,
  app: string,
  { write, access, runId }: { write: OpalAppWriteName; access: Access; runId: string },
): Promise<unknown> {
  return tx.query(
    `insert into opal_app_writes (app, about, call, run_id) values ($1, $2, $3, $4)
     on conflict (app, about) do update set call = excluded.call, run_id = excluded.run_id, at = now()`,
    [app, aboutOf(write, access), write, runId],
  );
}
