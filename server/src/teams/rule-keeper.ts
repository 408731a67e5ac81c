import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { Database, Notifications, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { pushDueOfTeam, teamsChannel } from './due.js';
import { primaryDirectory, ruledPeople } from './ruled-people.js';

const lookEachMs = 2_000;
/** When a rule is asked again that could not be asked at all. */
const againSeconds = 60;
/** People whom the audit names of one evaluation. */
const named = 100;

interface DueTeam {
  id: string;
  workspaceId: string;
  name: string;
  rule: string;
  /** The instant as the database has it: whoever writes first has it, and a change in between is asked anew. */
  due: string;
}

/** What a rule said of everybody. */
interface Answers {
  members: string[];
  /** They stay what they were. */
  failing: string[];
}

/** Evaluates the rules of teams that are due, and has their members be those whom they find. */
@Injectable()
export class RuleKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RuleKeeper.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.look(),
    logger: this.logger,
    failure: 'Rules of teams could not be evaluated, which is tried again',
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly expressions: ExpressionHost,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(teamsChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  /** Answers whether there may be more. */
  private async look(): Promise<boolean> {
    const [team] = await this.database.query<DueTeam>(
      `select id, workspace_id as "workspaceId", name, rule, rule_due_at::text as due from teams
        where removed_at is null and rule is not null and rule_due_at <= now() order by rule_due_at limit 1`,
    );
    if (!team) return false;
    const primary = await primaryDirectory(this.database, team.workspaceId);
    if ('problem' in primary) {
      // The directory that becomes primary, or is read whole, makes it due again.
      await this.note(team, primary.problem, null);
      return true;
    }
    try {
      const answers = await this.ask(team, primary.integrationId);
      await this.database.transaction((tx) => this.keep(tx, team, answers));
    } catch (error) {
      this.logger.error(error);
      await this.note(team, 'The rule could not be evaluated; the server log says why.', againSeconds);
    }
    return true;
  }

  private async ask({ workspaceId, rule }: DueTeam, integrationId: string): Promise<Answers> {
    const members = new Set<string>();
    const failing = new Set<string>();
    const host = { sql: this.database, expressions: this.expressions };
    for await (const part of ruledPeople(host, { workspaceId, integrationId, rule })) {
      for (const { email, verdict } of part) {
        if (verdict === 'in') members.add(email);
        if (verdict === 'fails') failing.add(email);
      }
    }
    return { members: [...members], failing: [...failing].filter((email) => !members.has(email)) };
  }

  private async note({ id, due }: DueTeam, problem: string, againIn: number | null): Promise<void> {
    await this.database.query(
      `update teams set rule_error = $3, rule_due_at = now() + $4 * interval '1 second'
        where id = $1 and rule_due_at = $2::timestamptz`,
      [id, due, problem, againIn],
    );
  }

  private async keep(tx: Sql, team: DueTeam, { members, failing }: Answers): Promise<void> {
    const held = await tx.query(
      `update teams set rule_due_at = null, rule_error = null, rule_failures = $4, rule_evaluated_at = now()
        where id = $1 and rule = $2 and rule_due_at = $3::timestamptz and removed_at is null returning 1`,
      [team.id, team.rule, team.due, failing.length],
    );
    if (held.length === 0) return;
    const left = await tx.query<{ email: string }>(
      `update team_members set removed_at = now() where team_id = $1 and removed_at is null
          and email not in (select unnest($2::text[])) and email not in (select unnest($3::text[])) returning email`,
      [team.id, members, failing],
    );
    const joined = await tx.query<{ email: string }>(
      `insert into team_members (workspace_id, team_id, email) select $1, $2, email from unnest($3::text[]) w(email)
       on conflict (team_id, email) where removed_at is null do nothing returning email`,
      [team.workspaceId, team.id, members],
    );
    if (left.length + joined.length === 0) return;
    await pushDueOfTeam(tx, team.id);
    const some = (rows: { email: string }[]) => rows.slice(0, named).map(({ email }) => email);
    await this.audit.record(tx, {
      ...{ actor: 'system', workspaceId: team.workspaceId, action: 'team.rule_evaluated' },
      ...{ objectType: 'team', objectId: team.id, objectName: team.name },
      after: { joined: joined.length, left: left.length, whoJoined: some(joined), whoLeft: some(left) },
    });
  }
}
