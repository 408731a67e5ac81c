import { ActionIcon } from '@mantine/core';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './forms.module.css';

interface ItemActionsProps {
  number: number;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

/** Moves an item of a list up and down, or takes it away. */
export function ItemActions({ number, isFirst, isLast, onMove, onRemove }: ItemActionsProps) {
  return (
    <div className={classes.itemActions}>
      <Action label={`Move item ${number} up`} disabled={isFirst} onClick={() => onMove(-1)}>
        <ArrowUp size={14} />
      </Action>
      <Action label={`Move item ${number} down`} disabled={isLast} onClick={() => onMove(1)}>
        <ArrowDown size={14} />
      </Action>
      <Action label={`Remove item ${number}`} disabled={false} onClick={onRemove}>
        <Trash2 size={14} />
      </Action>
    </div>
  );
}

interface ActionProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Action({ label, disabled, onClick, children }: ActionProps) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={disabled} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}
