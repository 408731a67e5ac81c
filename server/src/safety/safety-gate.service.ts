import type { StepErrorCode } from '@castellan/api';
import type { Change, Effect } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { destructiveChanges } from './destructive.js';
import { type CallPlace, decisionsOn, type HeldCall, type HoldKind, heldInput, hold } from './held-calls.js';
import { readProtected } from './protected-rows.js';
import { type ProtectedEntry, protectedBy } from './protection.js';

/** A write that is about to be sent. */
export interface GuardedCall extends HeldCall {
  /** The fence of its run: nothing is asked for a run that has gone on elsewhere. */
  epoch: number;
  workspaceId: string;
  flowId: string;
  /** Of the step, as people read it. */
  title: string;
  connector: string;
  effect: Effect;
}

/** `held`: nothing is sent until `who` have decided. `dropped`: the run is no longer this host's, or has ended. */
export type Verdict =
  | { verdict: 'pass' }
  | { verdict: 'refused'; code: StepErrorCode; message: string }
  | { verdict: 'held'; kind: HoldKind; who: string }
  | { verdict: 'dropped' };

const pass: Verdict = { verdict: 'pass' };

/** Looks at each write that takes something away, before its first byte leaves. */
@Injectable()
export class SafetyGate {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** The input with which a call was held back; null where it was not. */
  heldInput(place: CallPlace): Promise<{ input: unknown } | null> {
    return heldInput(this.database, this.sealer, place);
  }

  async check(asked: GuardedCall): Promise<Verdict> {
    const changes = destructiveChanges(asked.effect, asked.changes, asked.input);
    if (changes.length === 0) return pass;
    const call = { ...asked, changes };
    const entries = protectedBy(await readProtected(this.database, call.workspaceId), call);
    if (entries.length === 0) return pass;
    return this.database.transaction(async (tx) => {
      if (!(await holdRun(tx, call))) return { verdict: 'dropped' };
      return this.checkProtected(tx, call, entries);
    });
  }

  private async checkProtected(tx: Sql, call: GuardedCall, entries: ProtectedEntry[]): Promise<Verdict> {
    const [first] = entries;
    if (first?.breakGlass) return refused(`${nameOf(first)} is an account for emergencies, which no flow changes.`);
    const names = entries.map(nameOf).join(', ');
    const decided = (await decisionsOn(tx, call)).get('protected');
    if (decided === 'approved') return pass;
    if (decided === 'rejected') return refused(`${names} is protected, and an administrator refused the change.`);
    const approvers = ['role:admin'];
    if (decided !== 'open') {
      const { workspaceId, runId, flowId, title } = call;
      const question = {
        ...{ kind: 'protected' as const, workspaceId, runId, flowId, approvers, name: call.effectKey },
        title: `Protected: ${title}`,
        subject: subjectOf(call.changes),
        words: {
          why: `“${title}” would change somebody who is protected: ${names}. Nothing has been sent.`,
          protected: entries.map(({ name, reason }) => ({ name, reason })),
        },
      };
      await hold(tx, this.sealer, question, [call]);
    }
    return { verdict: 'held', kind: 'protected', who: approvers.join(', ') };
  }
}

const refused = (message: string): Verdict => ({ verdict: 'refused', code: 'E_PROTECTED', message });

const nameOf = ({ name, reason }: ProtectedEntry): string => `${name} (${reason})`;

const subjectOf = (changes: Change[]): string | null =>
  changes.flatMap(({ subject }) => subject?.email ?? (subject?.id.includes('@') ? subject.id : []))[0] ?? null;

/** The run's row before all others, and against its end: what ends a run closes its questions. */
async function holdRun(tx: Sql, { runId, epoch }: GuardedCall): Promise<boolean> {
  const rows = await tx.query('select from runs where id = $1 and epoch = $2 and ended_at is null for share', [
    runId,
    epoch,
  ]);
  return rows.length > 0;
}
