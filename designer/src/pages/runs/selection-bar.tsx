import { mostBulkRuns } from '@castellan/api';
import { Button, Group, Text } from '@mantine/core';
import { Ban, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { type BulkRequest, useBulkPreview } from '../../api/index.js';
import type { RunFilter } from '../../api/runs.js';
import { count, number } from '../../ui/format.js';
import { BulkDialog } from './bulk/bulk-dialog.js';
import { noRuns, type RunSelection } from './run-selection.js';
import classes from './runs.module.css';

interface SelectionBarProps {
  selection: RunSelection;
  filter: RunFilter;
  /** The list has more than the rows in sight. */
  more: boolean;
  onChange: (selection: RunSelection) => void;
}

/** How many runs are chosen, all that the filters find on request, and what can be done to them. */
export function SelectionBar({ selection, filter, more, onChange }: SelectionBarProps) {
  const [action, setAction] = useState<BulkRequest['action'] | null>(null);
  const { ids, all } = selection;
  const isOpen = all || ids.size > 0;
  const { data } = useBulkPreview(isOpen && (more || all) ? { action: 'retry', filter } : null);
  if (!isOpen) return null;
  const matching = data && (data.foundMore ? `more than ${number(mostBulkRuns)}` : number(data.found));
  return (
    <Group className={classes.chosen} gap="sm" role="toolbar" aria-label="Chosen runs">
      <Text size="sm" fw={600} role="status">
        {all ? `All ${matching ?? ''} runs that match these filters` : `${count(ids.size, 'run')} chosen`}
      </Text>
      {!all && more && (
        <Button size="compact-sm" variant="subtle" onClick={() => onChange({ ids: new Set(), all: true })}>
          Choose all {matching} that match these filters
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<RotateCcw size={14} aria-hidden />}
        onClick={() => setAction('retry')}
      >
        Retry
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Ban size={14} aria-hidden />}
        onClick={() => setAction('cancel')}
      >
        Cancel
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" ml="auto" onClick={() => onChange(noRuns)}>
        Choose none
      </Button>
      <BulkDialog action={action} meant={all ? { filter } : { ids: [...ids] }} onClose={() => setAction(null)} />
    </Group>
  );
}
