import { Checkbox } from '@mantine/core';
import type { Column } from './data-table.js';

interface Props<Row> {
  title: string;
  /** What the box in the head does. */
  all: string;
  /** What the box of a row does. */
  label(row: Row): string;
  rows: Row[];
  isChosen(row: Row): boolean;
  /** Left out: all rows may be chosen. */
  mayChoose?(row: Row): boolean;
  onChoose(rows: Row[], on: boolean): void;
}

/** A box in each row, and one in the head for all rows in sight. */
export function choiceColumn<Row>(props: Props<Row>): Column<Row> {
  const { title, all, label, rows, isChosen, mayChoose = () => true, onChoose } = props;
  const free = rows.filter(mayChoose);
  const chosen = free.filter(isChosen).length;
  return {
    key: 'choice',
    title,
    width: 40,
    head: (
      <Checkbox
        size="xs"
        aria-label={all}
        checked={chosen > 0 && chosen === free.length}
        indeterminate={chosen > 0 && chosen < free.length}
        disabled={free.length === 0}
        onChange={({ currentTarget: { checked } }) => onChoose(free, checked)}
      />
    ),
    cell: (row) => (
      <Checkbox
        size="xs"
        aria-label={label(row)}
        checked={isChosen(row)}
        disabled={!mayChoose(row)}
        onChange={({ currentTarget: { checked } }) => onChoose([row], checked)}
      />
    ),
  };
}
