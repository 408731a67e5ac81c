import type { PackFacts } from './pack/index.js';
import type { ApprovalLine } from './read-decisions.js';
import type { RunLine } from './read-start.js';
import type { EffectLine } from './read-steps.js';

/** Changes that the summary shows; the file has all of them. */
const mostShown = 200;

/** What people read first, noted while the files of a pack are written, so that nothing is read twice. */
export class Summary {
  private run: RunLine | null = null;
  private calledRuns = 0;
  private readonly approvals: ApprovalLine[] = [];
  private readonly changes: string[] = [];
  private changeCount = 0;
  private readonly steps = new Map<string, number>();

  noteRun(run: RunLine): void {
    if (this.run === null) this.run = run;
    else this.calledRuns += 1;
  }

  noteStep({ status }: { status: string }): void {
    this.steps.set(status, (this.steps.get(status) ?? 0) + 1);
  }

  noteApproval(approval: ApprovalLine): void {
    if (this.approvals.length < mostShown) this.approvals.push(approval);
  }

  noteEffect(effect: EffectLine): void {
    for (const { action, subject, object } of effect.changes.length > 0 ? effect.changes : [{ action: 'write' }]) {
      this.changeCount += 1;
      if (this.changes.length >= mostShown) continue;
      const { sentAt, system, operationTitle, stepId, iteration, state, keptFrom } = effect;
      const place = iteration === '' ? stepId : `${stepId} [${iteration}]`;
      const outcome = keptFrom === null ? state : `${state} by an earlier run`;
      const who = subject?.email ?? subject?.id ?? '';
      const what = object?.title ?? object?.id ?? '';
      this.changes.push(row([instant(sentAt), action, who, what, `${system}: ${operationTitle}`, place, outcome]));
    }
  }

  /** As Markdown. */
  text({ run: ended, workspace, madeAt, madeBy, key, release }: PackFacts): string {
    const { run } = this;
    const started = run?.startedBy ?? `${run?.trigger.kind ?? ''} trigger "${run?.trigger.id ?? ''}"`;
    return [
      '# Evidence of a run',
      '',
      ...(ended.simulated ? ['**Made with simulators: at least one system stood in for a real one.**', ''] : []),
      ...(ended.mode === 'live' ? [] : [`**A run of mode ${ended.mode}, not a live one.**`, '']),
      ...(run?.clearedAt
        ? [`**Its data was removed by ${cell(run.clearedBy ?? '')} at ${instant(run.clearedAt)}.**`, '']
        : []),
      row(['', '']),
      rule(2),
      row([
        'Flow',
        ended.version === null ? `${ended.flowName}, a draft` : `${ended.flowName}, version ${ended.version}`,
      ]),
      row(['Run', ended.id]),
      row(['Workspace', workspace.name]),
      row(['About', run?.businessKey ?? '']),
      row(['Started by', started]),
      row(['Started, ended', `${instant(run?.startedAt ?? run?.createdAt)}, ${instant(ended.endedAt)}`]),
      row(['Ended as', [ended.status, run?.reason, run?.outcome ?? run?.error?.message].filter(Boolean).join(': ')]),
      row(['Steps', [...this.steps].map(([status, count]) => `${count} ${status}`).join(', ')]),
      row(['Called runs', String(this.calledRuns)]),
      row(['This pack', `made ${instant(madeAt)} by ${madeBy}, Castellan ${release}, signed with key ${key.id}`]),
      '',
      '## Who allowed it',
      '',
      ...this.decisions(),
      '',
      '## What it changed',
      '',
      ...this.changed(),
      '',
      '## To check this pack',
      '',
      '`castellan verify <this file> --key <the public key that you have from the installation>` needs no server and no',
      'network. It names each file that was altered, is missing or was added. Take the key from Settings, Evidence, once,',
      `and keep it: the one in this pack proves only that the pack is of one piece. Its fingerprint is \`${key.fingerprint}\`.`,
      '',
      'Secrets are masked (•••••), as everywhere in the history. `manifest.json` says what each file holds.',
      '',
    ].join('\n');
  }

  private decisions(): string[] {
    if (this.approvals.length === 0) return ['No approval was asked for.'];
    const head = [row(['Approval', 'About', 'Came to', 'Who', 'Decision', 'When', 'Comment']), rule(7)];
    return [
      ...head,
      ...this.approvals.flatMap(({ title, subject, status, decisions, approvers }) =>
        decisions.length === 0
          ? [row([title, subject ?? '', status, `asked: ${approvers.join(', ')}`, 'none', '', ''])]
          : decisions.map(({ by, for: whom, decision, at, comment, via }) =>
              row([
                title,
                subject ?? '',
                status,
                [by, whom && `for ${whom}`, via && `in ${via}`].filter(Boolean).join(' '),
                decision,
                instant(at),
                comment ?? '',
              ]),
            ),
      ),
    ];
  }

  private changed(): string[] {
    if (this.changeCount === 0) return ['Nothing was written to another system.'];
    const more = this.changeCount - this.changes.length;
    return [
      row(['Sent', 'Change', 'Who', 'What', 'System', 'Step', 'Came to']),
      rule(7),
      ...this.changes,
      ...(more > 0 ? ['', `And ${more} more, in \`effects.jsonl\`.`] : []),
    ];
  }
}

const row = (cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const rule = (columns: number): string => `|${' --- |'.repeat(columns)}`;

/** A text of anybody as a cell: it forms no table, link or tag of its own. */
const cell = (text: string): string =>
  text
    .slice(0, 300)
    .replace(/\s+/g, ' ')
    .replace(/[\\|`*[\]<>]/g, '\\$&');

/** Rows have instants, JSON has texts. */
const instant = (at: string | Date | null | undefined): string => (at ? new Date(at).toISOString() : '');
