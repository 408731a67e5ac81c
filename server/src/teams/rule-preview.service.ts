import type { RuledPerson, teamRoutes } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import type { Actor, Input } from '../platform/routes/index.js';
import { primaryDirectory, type Ruled, ruledPeople } from './ruled-people.js';
import { readTeam } from './team-rows.js';
import { checkRule } from './teams.service.js';

/** People who are named of each outcome. */
const named = 50;

type Becomes = RuledPerson['becomes'];

/** Tries a rule on everybody, against the members that there are now. Nothing of it is kept. */
@Injectable()
export class RulePreview {
  constructor(
    private readonly database: Database,
    private readonly expressions: ExpressionHost,
  ) {}

  async try({ workspaceId }: Actor, { rule, teamId }: Input<typeof teamRoutes.rulePreview>['body']) {
    checkRule(rule);
    const primary = await primaryDirectory(this.database, workspaceId);
    if ('problem' in primary) throw new ApiError('conflict', primary.problem);
    const members = teamId === undefined ? new Set<string>() : await this.membersOf(workspaceId, teamId);
    const counts: Record<Becomes, number> = { joins: 0, stays: 0, leaves: 0, fails: 0 };
    const items: RuledPerson[] = [];
    const note = (person: Ruled, becomes: Becomes) => {
      counts[becomes] += 1;
      const { email, displayName, department, error } = person;
      if (counts[becomes] <= named) items.push({ email, displayName, department, becomes, error });
    };
    const seen = new Set<string>();
    let people = 0;
    const host = { sql: this.database, expressions: this.expressions };
    for await (const part of ruledPeople(host, { workspaceId, integrationId: primary.integrationId, rule })) {
      people += part.length;
      for (const person of part) {
        const isMember = members.has(person.email);
        if (person.verdict !== 'out') seen.add(person.email);
        if (person.verdict === 'fails') note(person, 'fails');
        else if (person.verdict === 'in') note(person, isMember ? 'stays' : 'joins');
      }
    }
    // Whoever the directory does not know any more leaves, too.
    for (const email of members) {
      if (seen.has(email)) continue;
      note({ email, displayName: null, department: null, verdict: 'out', error: null }, 'leaves');
    }
    return { people, ...counts, items };
  }

  private async membersOf(workspaceId: string, teamId: string): Promise<Set<string>> {
    await readTeam(this.database, workspaceId, teamId);
    const rows = await this.database.query<{ email: string }>(
      'select email from team_members where team_id = $1 and removed_at is null',
      [teamId],
    );
    return new Set(rows.map(({ email }) => email));
  }
}
