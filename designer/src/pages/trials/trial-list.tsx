import type { Shadow } from '@castellan/api';
import { ActionIcon, Anchor, Tooltip } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useRemoveShadow, useWorkspace } from '../../api/index.js';
import { type Column, DataTable, type More } from '../../ui/data-table.js';
import { count } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';

interface Props {
  trials: Shadow[];
  chosen: string | null;
  onOpen: (id: string | undefined) => void;
  more: More;
}

/** What was tried lately, to be opened again or removed. */
export function TrialList({ trials, chosen, onOpen, more }: Props) {
  const columns: Column<Shadow>[] = [
    {
      key: 'what',
      title: 'What',
      width: 130,
      cell: (trial) => (
        <Anchor
          component="button"
          size="sm"
          aria-current={trial.id === chosen || undefined}
          fw={trial.id === chosen ? 600 : undefined}
          onClick={() => onOpen(trial.id)}
        >
          {whatWords(trial)}
        </Anchor>
      ),
    },
    { key: 'found', title: 'What it found', cell: foundWords },
    { key: 'by', title: 'By', width: 200, wideOnly: true, cell: ({ createdBy }) => createdBy },
    { key: 'at', title: 'When', width: 130, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      key: 'remove',
      title: 'Remove',
      titleHidden: true,
      width: 44,
      cell: (trial) => <RemoveButton trial={trial} onRemoved={() => trial.id === chosen && onOpen(undefined)} />,
    },
  ];
  return (
    <DataTable
      label="Trials"
      columns={columns}
      rows={trials}
      rowKey={({ id }) => id}
      empty="Nothing was tried."
      onOpen={({ id }) => onOpen(id)}
      more={more}
    />
  );
}

function whatWords({ version, revision }: Shadow): string {
  return version === null ? `Draft ${revision ?? ''}`.trim() : `Version ${version}`;
}

function foundWords({ status, error, sentence, done, total }: Shadow): string {
  if (status === 'running') return `${done} of ${count(total, 'run')} looked at`;
  return status === 'failed' ? (error ?? 'Not played to its end') : sentence;
}

function RemoveButton({ trial, onRemoved }: { trial: Shadow; onRemoved: () => void }) {
  const { can } = useWorkspace();
  const remove = useRemoveShadow();
  if (!can('flow:write')) return null;
  const verb = trial.status === 'running' ? 'End and remove' : 'Remove';
  return (
    <Tooltip label={verb}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${verb} the trial of ${whatWords(trial)}`}
        loading={remove.isPending}
        onClick={() => remove.mutate(trial.id, { onSuccess: onRemoved })}
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
