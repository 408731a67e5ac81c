import { isObject, levelsOf, objectOf } from './levels.js';
import { below } from './pointer.js';
import type { Draft, DraftWire } from './schema/draft.js';

/** One field that differs; a side that has no such field is left out. */
export interface FieldChange {
  /** The place within the thing that changed. */
  pointer: string;
  before?: unknown;
  after?: unknown;
}

/** A thing of the flow that is new, gone or not as it was. */
export interface FlowChange {
  change: 'added' | 'removed' | 'changed';
  what: 'step' | 'trigger' | 'wire' | 'variable' | 'connection' | 'settings' | 'flow';
  /** Of a wire: `from.port → to`; of settings and flow: empty. */
  id: string;
  /** One sentence, such as: Step "Tell security" changed: input.text. */
  sentence: string;
  /** What differs within it, where it changed. */
  fields: FieldChange[];
}

interface Thing {
  title: string;
  value: unknown;
}
type Things = Map<string, Thing>;

const words = {
  step: 'Step',
  trigger: 'Trigger',
  wire: 'Wire',
  variable: 'Variable',
  connection: 'Connection',
  settings: 'Settings',
  flow: 'Flow',
} as const;

/** What differs between two flows, thing by thing; where boxes stand and samples do not count. */
export function diffFlows(before: Draft, after: Draft): FlowChange[] {
  return [
    ...diffThings('flow', flowOf(before), flowOf(after)),
    ...diffThings('trigger', triggersOf(before), triggersOf(after)),
    ...diffThings('step', stepsOf(before), stepsOf(after)),
    ...diffThings('wire', wiresOf(before), wiresOf(after)),
    ...diffThings('variable', namedOf(before.variables), namedOf(after.variables)),
    ...diffThings('connection', namedOf(before.connections), namedOf(after.connections)),
    ...diffThings('settings', settingsOf(before), settingsOf(after)),
  ];
}

function diffThings(what: FlowChange['what'], before: Things, after: Things): FlowChange[] {
  const changes: FlowChange[] = [];
  const report = (change: FlowChange['change'], id: string, { title }: Thing, fields: FieldChange[] = []) => {
    const name = title === '' ? words[what] : `${words[what]} "${title}"`;
    const places = fields.map(({ pointer }) => pointer.slice(1).replaceAll('/', '.')).join(', ');
    const sentence = `${name} ${change}${places === '' ? '' : `: ${places}`}.`;
    changes.push({ change, what, id, sentence, fields });
  };
  for (const [id, thing] of after) {
    const old = before.get(id);
    const fields = old ? diffValues(old.value, thing.value, '') : [];
    if (!old) report('added', id, thing);
    else if (fields.length > 0) report('changed', id, thing, fields);
  }
  for (const [id, thing] of before) if (!after.has(id)) report('removed', id, thing);
  return changes;
}

function diffValues(before: unknown, after: unknown, pointer: string): FieldChange[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diffValues(before[key], after[key], below(pointer, key)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => diffValues(item, after[index], below(pointer, index)));
  }
  return [{ pointer, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function flowOf({ name, description }: Draft): Things {
  return new Map([['', { title: '', value: { name, description } }]]);
}

function settingsOf({ settings }: Draft): Things {
  return new Map([['', { title: '', value: settings ?? {} }]]);
}

function triggersOf({ triggers }: Draft): Things {
  const things = Object.entries(triggers ?? {}).map(([id, trigger]): [string, Thing] => {
    const { sample: _sample, ...value } = trigger;
    return [id, { title: trigger.title ?? id, value }];
  });
  return new Map(things);
}

/** Each step for itself: a loop changes with its own fields, not with its body. */
function stepsOf(flow: Draft): Things {
  const things = levelsOf(flow).flatMap((level) =>
    level.steps.map(([id, step]): [string, Thing] => {
      const { steps: _steps, wires: _wires, ...value } = step;
      return [id, { title: step.title ?? id, value: { ...value, loop: level.loops.at(-1) } }];
    }),
  );
  return new Map(things);
}

function wiresOf(flow: Draft): Things {
  const name = ({ from, port, to }: DraftWire) => `${from}.${port} → ${to}`;
  const wires = levelsOf(flow).flatMap((level) => level.wires);
  return new Map(wires.map((wire) => [name(wire), { title: name(wire), value: null }]));
}

function namedOf(entries: Record<string, unknown> | undefined): Things {
  return new Map(
    Object.entries(entries ?? {}).map(([name, value]) => {
      const { title } = objectOf(value);
      return [name, { title: typeof title === 'string' ? title : name, value }];
    }),
  );
}
