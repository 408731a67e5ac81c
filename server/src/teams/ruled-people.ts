import type { JsonObject } from '@castellan/sdk';
import type { ExpressionHost } from '../expressions/expression-host.js';
import type { Sql } from '../platform/database/index.js';

/** An evaluation that takes longer fails. */
const ruleMs = 500;
/** People who are read and asked about at one time. */
const atOnce = 500;

/** Somebody of the primary directory, with what the rule says of them. */
export interface Ruled {
  email: string;
  displayName: string | null;
  department: string | null;
  verdict: 'in' | 'out' | 'fails';
  /** Why it fails. */
  error: string | null;
}

const notYesOrNo = 'It gives something else than true or false.';

interface PersonRow {
  seq: number;
  email: string;
  displayName: string | null;
  department: string | null;
  record: JsonObject;
  payload: JsonObject;
}

/** Fields of the common form that a rule may name, as they are where the directory tells nothing. */
const nothingTold = {
  ...{ email: '', emailAliases: [], displayName: '', givenName: '', familyName: '', phoneNumber: '' },
  ...{ jobTitle: '', department: '', location: '', organizationUnit: '', secondaryKey: '', managerEmail: '' },
  ...{ accountType: 'USER', status: 'ACTIVE', mfaState: 'UNKNOWN' },
};

/** What a rule sees as `person`: every field is there, so that a condition on one fails on nobody. */
export const personSeen = (record: JsonObject): JsonObject => ({ ...nothingTold, ...record });

/** The primary directory whose people rules go over, or why there are none. */
export async function primaryDirectory(
  sql: Sql,
  workspaceId: string,
): Promise<{ integrationId: string } | { problem: string }> {
  const [primary] = await sql.query<{ id: string; name: string; read: boolean }>(
    `select id, name, first_synced_at is not null as read from integrations
      where workspace_id = $1 and primary_directory and removed_at is null`,
    [workspaceId],
  );
  if (!primary)
    return { problem: 'No directory is primary, so nobody says who people are. Choose one in Integrations.' };
  if (!primary.read) return { problem: `${primary.name}, the primary directory, has not been read whole yet.` };
  return { integrationId: primary.id };
}

/**
 * Asks a rule about everybody whom an integration has read, in parts, so that memory stays flat. Somebody with two
 * accounts comes twice.
 */
export async function* ruledPeople(
  { sql, expressions }: { sql: Sql; expressions: Pick<ExpressionHost, 'evaluate'> },
  { workspaceId, integrationId, rule }: { workspaceId: string; integrationId: string; rule: string },
): AsyncGenerator<Ruled[]> {
  let behind = 0;
  for (;;) {
    const people = await sql.query<PersonRow>(
      `select seq, email, display_name as "displayName", department, record, payload from directory_accounts
        where integration_id = $1 and removed_at is null and email is not null and seq > $2 order by seq limit ${atOnce}`,
      [integrationId, behind],
    );
    const last = people.at(-1);
    if (!last) return;
    behind = last.seq;
    const answers = await expressions.evaluate(
      people.map(({ email, record, payload }) => ({
        workspaceId,
        cel: rule,
        context: { record: { person: personSeen({ ...record, email }), payload } },
      })),
      { milliseconds: ruleMs },
    );
    yield people.map(({ email, displayName, department }, index): Ruled => {
      const answer = answers[index];
      const person = { email, displayName, department };
      if (!answer?.ok) return { ...person, verdict: 'fails', error: answer?.error.message ?? 'There was no answer.' };
      if (typeof answer.value !== 'boolean') return { ...person, verdict: 'fails', error: notYesOrNo };
      return { ...person, verdict: answer.value ? 'in' : 'out', error: null };
    });
  }
}
