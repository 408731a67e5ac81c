import type { Draft, Program, Step, Wire } from '@castellan/flow';
import type { DirectoryPush } from '@castellan/sdk';

/** The trigger by which pushes begin. */
export const pushTrigger = 'push';

export const pushActions = ['create', 'add', 'remove'] as const;
export type PushAction = (typeof pushActions)[number];

/** What a run of the flow goes over: a list for each action. `key` names an item in the ledger. */
export type PushInput = Record<`${PushAction}s`, { key: string; input: object }[]>;

/** The step that does it, in the loop over what is to be done. */
export const bodyStep: Record<PushAction, string> = {
  create: 'create_group',
  add: 'add_member',
  remove: 'remove_member',
};
const loopTitles: Record<PushAction, string> = {
  ...{ create: 'Groups to make', add: 'Members to add', remove: 'Members to remove' },
};
const stepTitles: Record<PushAction, string> = {
  ...{ create: 'Make the group', add: 'Add the member', remove: 'Remove the member' },
};

/** Calls of one loop at one time. */
const atOnce = 5;
/** What a push may take away before somebody is asked; people change it in the flow. */
const budgets = { perRun: 25, perDay: 100 };

/**
 * The flow whose runs write teams to a system: three loops, one after the other. What fails of one item does not hold up
 * the others, and the run fails at its end.
 */
export function pushFlow(
  name: string,
  { connector, title, connectionId }: { connector: string; title: string; connectionId: string },
  push: DirectoryPush,
): Draft {
  const steps: Record<string, Step> = {};
  const wires: Wire[] = [];
  let last: Omit<Wire, 'to'> = { from: pushTrigger, port: 'out' };
  const actions = pushActions.filter((action) => push[action] !== undefined);
  const follow = (id: string, step: Step, port: string) => {
    steps[id] = step;
    wires.push({ ...last, to: id });
    last = { from: id, port };
  };
  for (const action of actions) follow(`${action}s`, loopOver(action, push), 'out');
  const failed = actions.map((action) => `steps.${action}s.output.failed`).join(' + ');
  const when = { jsonata: `${failed} > 0` };
  follow('whole', { kind: 'branch', title: 'All written?', cases: [{ name: 'no', when }] }, 'no');
  const message = {
    jsonata: `$string(${failed}) & ' could not be written. They are tried again after the next sync.'`,
  };
  follow('incomplete', { kind: 'stop', title: 'Something is left', outcome: 'fail', message }, '');
  return {
    ...{ schema: 1, name, description: 'Writes the members of teams to groups of the system. Pushes run it.' },
    connections: { system: { connector, title, id: connectionId } },
    triggers: { [pushTrigger]: { kind: 'manual', title: 'A push', input: inputSchema(actions) } },
    ...{ steps, wires, settings: { budgets } },
  };
}

function loopOver(action: PushAction, push: DirectoryPush): Step {
  const { operation = '', fields = [] } = push[action] ?? {};
  const input = Object.fromEntries(fields.map((field) => [field, { jsonata: `item.input.${field}` }]));
  const body = bodyStep[action];
  return {
    ...{ kind: 'loop', title: loopTitles[action], items: { jsonata: `trigger.input.${action}s` } },
    ...{ key: { jsonata: 'item.key' }, onItemError: 'continue', concurrency: atOnce },
    steps: { [body]: { kind: 'action', title: stepTitles[action], connection: 'system', operation, input } },
    wires: [{ from: `${action}s`, port: 'each', to: body }],
  };
}

function inputSchema(actions: PushAction[]) {
  const item = {
    type: 'object',
    properties: { key: { type: 'string' }, input: { type: 'object' } },
    required: ['key', 'input'],
  };
  const lists = actions.map((action) => [
    `${action}s`,
    { type: 'array', title: loopTitles[action], default: [], items: item },
  ]);
  return { type: 'object', properties: Object.fromEntries(lists) };
}

/** Why a version of the flow, which people may have changed, cannot push; null: it can. */
export function cannotPush(program: Pick<Program, 'triggers' | 'steps'>, push: DirectoryPush): string | null {
  const trigger = program.triggers[pushTrigger];
  if (trigger?.kind !== 'manual') return 'Its trigger “A push” is gone.';
  for (const action of pushActions) {
    const call = push[action];
    if (!call) continue;
    const step = program.steps[bodyStep[action]];
    if (step?.kind !== 'action' || step.operation !== call.operation || program.steps[`${action}s`]?.kind !== 'loop') {
      return `Its step “${stepTitles[action]}” is gone, or calls something else.`;
    }
  }
  return null;
}
