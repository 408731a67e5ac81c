import type { Catalog, DraftStep, DraftTrigger, Effect } from '@castellan/flow';
import type { LucideIcon } from 'lucide-react';

/** What a kind of step or trigger looks like: the table of kinds is made of these. */
export interface BoxKind<Item extends DraftStep | DraftTrigger = DraftStep> {
  title: string;
  /** What it is for, in a line; the palette shows and searches it. */
  summary: string;
  icon: LucideIcon;
  describe: (item: Item, flow: BoxSurroundings) => Description;
}

export interface Description {
  /** The line under the title: "Opal · revoke access". */
  subtitle: string;
  /** The system that is called, for its tile. */
  system?: { id: string; title: string };
  effect?: Effect;
}

/** What a box may look up: the flow's slots and the catalogue (as far as it is there yet). */
export interface BoxSurroundings {
  slots: Record<string, { connector?: string | undefined; title?: string | undefined; id?: string | null | undefined }>;
  catalog: BoxCatalog | undefined;
}

/** The part of the catalogue that boxes name. */
export interface BoxCatalog {
  connectors: {
    id: string;
    title: string;
    operations: Pick<Catalog['connectors'][number]['operations'][number], 'id' | 'title' | 'effect'>[];
    triggers: { id: string; title: string }[];
  }[];
  connections: { id: string; name: string; connector: string; simulator: boolean }[];
  flows: { id: string; name: string }[];
}

/** The slot of a step or trigger and its connector, as far as they are chosen and known. */
export function systemOf(item: DraftStep | DraftTrigger, { slots, catalog }: BoxSurroundings) {
  const slot = slots[String(item.connection ?? '')];
  const connector = catalog?.connectors.find(({ id }) => id === slot?.connector);
  const title = connector?.title ?? slot?.title ?? slot?.connector ?? 'No connection';
  return { connector, title, system: slot?.connector === undefined ? undefined : { id: slot.connector, title } };
}

/** Seconds as people say them: 90 becomes "1.5 min". */
export function inWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ];
  const unit = units.find(([size]) => seconds >= size);
  return unit === undefined ? `${seconds} s` : `${Number((seconds / unit[0]).toFixed(1))} ${unit[1]}`;
}

/** "Revoke access" inside a line: "revoke access"; an abbreviation such as "MFA reset" keeps its capitals. */
export function insideLine(text: string): string {
  return /^[A-Z][A-Z]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}
