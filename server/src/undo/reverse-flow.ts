import { undoTrigger } from '@castellan/api';
import type { Flow, Step, Wire } from '@castellan/flow';

/** Writes of one step that are taken back by one operation, the last first. */
export interface ReverseGroup {
  /** Of the step whose writes they are. */
  title: string;
  connection: { id: string; connector: string; name: string } | null;
  connector: string;
  operation: string;
  operationTitle: string;
  /** Some of them changed one thing several times, so that their order matters. */
  inTurn: boolean;
}

export const undoApproval = 'agreed';

/** Id of the step that takes the writes of a group back, in the loop over them. */
export const undoStep = (group: number): string => `back_${group}`;
/** Writes of one group that are taken back at one time, where each is of another thing. */
const atOnce = 5;

const loopStep = (group: number): string => `writes_${group}`;

/**
 * The flow that takes writes back: a loop for each group, one after the other, whatever becomes of the one before; with an
 * approval first where one is needed. It fails at its end where something could not be taken back. What is called with
 * what is not in it: that stands in the ledger of the run that is undone.
 */
export function reverseFlow(
  { name, budgets, retentionDays }: { name: string } & Pick<NonNullable<Flow['settings']>, 'budgets' | 'retentionDays'>,
  groups: ReverseGroup[],
  why: string | null,
): Flow {
  const steps: Record<string, Step> = {};
  const wires: Wire[] = [];
  let last: Omit<Wire, 'to'> = { from: undoTrigger, port: 'out' };
  const add = (id: string, step: Step, port: string) => {
    steps[id] = step;
    wires.push({ ...last, to: id });
    last = { from: id, port };
  };
  if (why !== null) {
    add(undoApproval, approval(name, groups, why), 'approved');
    steps.refused = { kind: 'stop', title: 'Not agreed', outcome: 'fail', message: 'The undo was not approved.' };
    wires.push({ from: undoApproval, port: 'rejected', to: 'refused' });
  }
  for (const [index, group] of groups.entries()) add(loopStep(index), loopOver(group, index), 'out');
  const failed = groups.map((_, index) => `steps.${loopStep(index)}.output.failed`).join(' + ');
  const when = { jsonata: `${failed} > 0` };
  add('whole', { kind: 'branch', title: 'All taken back?', cases: [{ name: 'no', when }] }, 'no');
  const message = { jsonata: `$string(${failed}) & ' could not be taken back. Undo the run again for what is left.'` };
  add('incomplete', { kind: 'stop', title: 'Something is left', outcome: 'fail', message }, '');
  const settings = { ...(budgets ? { budgets } : {}), ...(retentionDays === undefined ? {} : { retentionDays }) };
  return {
    ...{ schema: 1, name: `Undo of ${name}`, description: 'Takes back what a run has done.' },
    connections: Object.fromEntries(groups.map((group, index) => [slotOf(index), connectionOf(group)])),
    triggers: { [undoTrigger]: { kind: 'manual', title: 'Undo this run', input: { type: 'object' } } },
    ...{ steps, wires, settings },
  };
}

function approval(name: string, groups: ReverseGroup[], why: string): Step {
  return {
    kind: 'approval',
    title: `Undo of ${name}`,
    approvers: ['role:approver', 'role:admin'],
    show: { literal: { why } },
    covers: groups.map((_, index) => undoStep(index)),
  };
}

function loopOver({ title, operation, operationTitle, inTurn }: ReverseGroup, index: number): Step {
  const id = undoStep(index);
  return {
    kind: 'loop',
    title: `Take back “${title}”`,
    items: { jsonata: `trigger.input.${loopStep(index)}` },
    onItemError: 'continue',
    concurrency: inTurn ? 1 : atOnce,
    steps: { [id]: { kind: 'action', title: operationTitle, connection: slotOf(index), operation } },
    wires: [{ from: loopStep(index), port: 'each', to: id }],
  };
}

const slotOf = (group: number): string => `system_${group}`;

const connectionOf = ({ connector, connection }: ReverseGroup) => ({
  connector,
  title: connection?.name ?? connector,
  id: connection?.id ?? null,
});

/** The input of the run: what its loops go over. */
export const undoInput = (items: unknown[][]): Record<string, unknown[]> =>
  Object.fromEntries(items.map((some, index) => [loopStep(index), some]));
