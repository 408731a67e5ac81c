import type { Catalog, DraftStep, Effect } from '@castellan/flow';
import { stepBoxes, triggerBoxes } from '../canvas/boxes/index.js';
import type { NewItem } from '../editor/add-item.js';

/** One thing that can be added. It travels as JSON when it is dragged onto the canvas. */
export interface PaletteItem extends NewItem {
  id: string;
  group: string;
  summary: string;
  effect?: Effect;
}

const emptyCondition = { all: [{ left: { jsonata: '' }, op: 'eq', right: '' }] };

/** What a step of each kind begins with, beside its kind. */
const beginnings: Record<Exclude<keyof typeof stepBoxes, 'action'>, DraftStep> = {
  branch: { cases: [{ name: 'yes', when: emptyCondition }] },
  loop: { items: { jsonata: '' }, steps: {}, wires: [] },
  approval: { approvers: [] },
  shape: { output: {} },
  filter: { items: { jsonata: '' }, when: emptyCondition },
  wait: { seconds: 60 },
  subflow: {},
  respond: { status: 200 },
  stop: { outcome: 'succeed' },
};

/** Everything that can be added: kinds of steps and of triggers, events and operations of every connector. */
export function paletteItems(catalog: Catalog | undefined): PaletteItem[] {
  const kinds = Object.entries(beginnings).map(([kind, begun]): PaletteItem => {
    const { title, summary } = stepBoxes[kind as keyof typeof beginnings];
    return { id: `step ${kind}`, group: 'Logic', title, summary, make: { step: { kind, title, ...begun } } };
  });
  const triggers = Object.entries(triggerBoxes)
    .filter(([kind]) => kind !== 'connector')
    .map(([kind, { title, summary }]): PaletteItem => {
      const clock = kind === 'schedule' ? { every: 3_600 } : {};
      return { id: `trigger ${kind}`, group: 'Triggers', title, summary, make: { trigger: { kind, title, ...clock } } };
    });
  const connectors = catalog?.connectors ?? [];
  const systems = connectors.flatMap((connector) => [...eventItems(connector), ...operationItems(connector)]);
  return [...kinds, ...triggers, ...systems];
}

function operationItems({ id: connector, title: system, operations }: Catalog['connectors'][number]): PaletteItem[] {
  return operations.map(({ id, title, effect }) => ({
    id: `operation ${connector} ${id}`,
    group: system,
    title,
    summary: system,
    system: { id: connector, title: system },
    effect,
    make: { step: { kind: 'action', title, operation: id, input: {} } },
  }));
}

function eventItems({ id: connector, title: system, triggers }: Catalog['connectors'][number]): PaletteItem[] {
  return triggers.map(({ id, title }) => ({
    id: `event ${connector} ${id}`,
    group: system,
    title,
    summary: `An event of ${system}`,
    system: { id: connector, title: system },
    make: { trigger: { kind: 'connector', title, event: id } },
  }));
}

/** The items that have every word of the query; those whose title begins with it come first. */
export function searchPalette(items: PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const found = items.filter(({ title, summary, group }) => {
    const text = `${title} ${summary} ${group}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = ({ title }: PaletteItem) => (title.toLowerCase().startsWith(words[0]!) ? 0 : 1);
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** Items under one heading. */
export interface PaletteGroup {
  title: string;
  /** The system that they are of, by its connector’s id. */
  system?: string;
  items: PaletteItem[];
}

/** The items by group, the groups in the order of their first item. */
export function groupPalette(items: PaletteItem[]): PaletteGroup[] {
  const groups = new Map<string, PaletteGroup>();
  for (const item of items) {
    const key = item.system?.id ?? item.group;
    const group = groups.get(key) ?? { title: item.group, items: [], ...(item.system && { system: item.system.id }) };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export function isTriggerItem(item: PaletteItem): boolean {
  return 'trigger' in item.make;
}
