import { ActionIcon } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { Column } from './data-table.js';

interface Props<Row> {
  /** What is opened under a row, for those who cannot see the head. */
  title: string;
  /** The same of one row, which tells its button from the others. */
  label(row: Row): string;
  isOpen(row: Row): boolean;
  /** A row of which nothing more can be shown has no button. */
  has?(row: Row): boolean;
  onToggle(row: Row): void;
}

/** The first column of a table whose rows open: the button that shows and hides what is `below` a row. */
export function detailsColumn<Row>({ title, label, isOpen, has = () => true, onToggle }: Props<Row>): Column<Row> {
  return {
    key: 'open',
    title,
    titleHidden: true,
    width: 48,
    cell: (row) => {
      if (!has(row)) return null;
      const Icon = isOpen(row) ? ChevronDown : ChevronRight;
      return (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-expanded={isOpen(row)}
          aria-label={label(row)}
          onClick={() => onToggle(row)}
        >
          <Icon size={16} aria-hidden />
        </ActionIcon>
      );
    },
  };
}
