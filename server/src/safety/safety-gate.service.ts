import type { StepErrorCode } from '@castellan/api';
import type { Budgets } from '@castellan/flow';
import type { Change, Effect } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { VersionsService } from '../flows/versions.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { budgetsOfCall, type CallBudgets, countWithin } from './budget-check.js';
import { count, countedOf, lockCounts } from './budget-counts.js';
import { destructiveChanges } from './destructive.js';
import {
  addToQuestion,
  type CallPlace,
  decisionsOn,
  type HeldCall,
  type HoldKind,
  type HoldQuestion,
  heldInput,
  hold,
} from './held-calls.js';
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

/** A verdict, and what people are asked for the first time because of it. */
type Judged = { verdict: Verdict; asked?: HoldQuestion };

/** Looks at each write that takes something away, before its first byte leaves. */
@Injectable()
export class SafetyGate {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly versions: VersionsService,
  ) {}

  /** The input with which a call was held back; null where it was not. */
  heldInput(place: CallPlace): Promise<{ input: unknown } | null> {
    return heldInput(this.database, this.sealer, place);
  }

  /** `rest`: what the run will want to send of the same kind, so that people are asked once and not call by call. */
  async check(asked: GuardedCall, rest: () => Promise<GuardedCall[]>): Promise<Verdict> {
    const call = withDestructive(asked);
    if (call.changes.length === 0) return pass;
    const [entries, budgets] = await Promise.all([
      this.entriesFor(call),
      budgetsOfCall(this.database, call, (versionId) => this.budgetsOf(versionId)),
    ]);
    const judged = await this.database.transaction(async (tx): Promise<Judged> => {
      if (!(await holdRun(tx, call))) return { verdict: { verdict: 'dropped' } };
      const decided = await decisionsOn(tx, call);
      const judged = await this.judgeProtected(tx, call, { entries, decided: decided.get('protected') });
      if (judged.verdict.verdict !== 'pass') return judged;
      return this.judgeBudgets(tx, call, { budgets, decided: decided.get('budget') });
    });
    if (judged.asked?.kind === 'budget') await this.addRest(judged.asked, call, await rest());
    return judged.verdict;
  }

  private async entriesFor(call: GuardedCall): Promise<ProtectedEntry[]> {
    return protectedBy(await readProtected(this.database, call.workspaceId), call);
  }

  private async budgetsOf(versionId: string): Promise<Budgets | undefined> {
    return (await this.versions.get(versionId)).program.settings.budgets;
  }

  private async judgeProtected(
    tx: Sql,
    call: GuardedCall,
    { entries, decided }: { entries: ProtectedEntry[]; decided: string | undefined },
  ): Promise<Judged> {
    const [first] = entries;
    if (!first || (decided === 'approved' && !first.breakGlass)) return { verdict: pass };
    if (first.breakGlass) {
      return refused('E_PROTECTED', `${nameOf(first)} is an account for emergencies, which no flow changes.`);
    }
    const names = entries.map(nameOf).join(', ');
    if (decided === 'rejected') {
      return refused('E_PROTECTED', `${names} is protected, and an administrator refused the change.`);
    }
    const question: HoldQuestion = {
      ...{ kind: 'protected', workspaceId: call.workspaceId, runId: call.runId, flowId: call.flowId },
      ...{ name: call.effectKey, approvers: ['role:admin'], subject: subjectOf(call.changes) },
      title: `Protected: ${call.title}`,
      words: {
        why: `“${call.title}” would change somebody who is protected: ${names}. Nothing has been sent.`,
        protected: entries.map(({ name, reason }) => ({ name, reason })),
      },
    };
    return this.held(tx, call, question, decided);
  }

  private async judgeBudgets(
    tx: Sql,
    call: GuardedCall,
    { budgets, decided }: { budgets: CallBudgets; decided: string | undefined },
  ): Promise<Judged> {
    const passed = await countWithin(tx, budgets);
    if (passed.length === 0) return { verdict: pass };
    const why = passed.join(' ');
    if (decided === 'rejected') return refused('E_BUDGET', `${why} An approver refused to go past it.`);
    if (decided === 'approved') {
      await count(tx, budgets.use);
      return { verdict: pass };
    }
    const question: HoldQuestion = {
      ...{ kind: 'budget', workspaceId: call.workspaceId, runId: call.runId, flowId: call.flowId, name: 'budget' },
      ...{ approvers: ['role:approver', 'role:admin'], subject: null },
      title: `Past its budget: ${call.title}`,
      words: { why: `${why} Nothing of this has been sent.` },
    };
    return this.held(tx, call, question, decided);
  }

  private async held(tx: Sql, call: GuardedCall, question: HoldQuestion, decided: string | undefined): Promise<Judged> {
    const isNew = decided !== 'open' && (await hold(tx, this.sealer, question, call));
    const verdict: Verdict = { verdict: 'held', kind: question.kind, who: question.approvers.join(', ') };
    return isNew ? { verdict, asked: question } : { verdict };
  }

  private async addRest(question: HoldQuestion, call: GuardedCall, rest: GuardedCall[]): Promise<void> {
    const calls = rest.map(withDestructive).filter(({ changes }) => changes.length > 0);
    if (calls.length === 0) return;
    await this.database.transaction(async (tx) => {
      if (!(await holdRun(tx, call))) return;
      // Some of them may have been let through in this moment.
      await lockCounts(tx, call.workspaceId);
      const counted = await countedOf(
        tx,
        calls.map(({ effectKey }) => effectKey),
      );
      const held = calls.filter(({ effectKey }) => !counted.has(effectKey));
      await addToQuestion(tx, this.sealer, question, held);
    });
  }
}

/** The call with only those of its changes that take something away. */
const withDestructive = (call: GuardedCall): GuardedCall => ({
  ...call,
  changes: destructiveChanges(call.effect, call.changes, call.input),
});

const refused = (code: 'E_PROTECTED' | 'E_BUDGET', message: string): Judged => ({
  verdict: { verdict: 'refused', code, message },
});

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
