/** The runs that a person chose in the list: some of its rows, or all that its filters find. */
export interface RunSelection {
  ids: ReadonlySet<string>;
  all: boolean;
}

export const noRuns: RunSelection = { ids: new Set(), all: false };

export const isChosen = ({ ids, all }: RunSelection, id: string): boolean => all || ids.has(id);

/** Chooses rows or lets them go. Out of "all that match" the rows that are in sight stay chosen. */
export function choose(
  selection: RunSelection,
  { rows, shown, on }: { rows: string[]; shown: string[]; on: boolean },
): RunSelection {
  const ids = new Set(selection.all ? shown : selection.ids);
  for (const id of rows) {
    if (on) ids.add(id);
    else ids.delete(id);
  }
  return { ids, all: false };
}
