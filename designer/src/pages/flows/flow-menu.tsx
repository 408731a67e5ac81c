import type { FlowRow } from '@castellan/api';
import { ActionIcon, Menu, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ClipboardList, Download, Ellipsis, Play, Power, Rewind, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useRemoveFlow, useSwitchFlow } from '../../api/flows.js';
import { useWorkspace } from '../../api/workspace.js';
import { ExportDialog } from '../../flow-files/export-dialog.js';
import { RunDialog } from '../../run-flow/run-dialog.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';

/** What can be done with a flow from the list. */
export function FlowMenu({ flow }: { flow: FlowRow }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const turn = useSwitchFlow();
  const remove = useRemoveFlow();
  const [asking, setAsking] = useState(false);
  const [running, setRunning] = useState(false);
  const [exporting, setExporting] = useState(false);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${flow.name}`}>
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {can('flow:run') && flow.published !== null && (
            <Menu.Item leftSection={<Play size={16} aria-hidden />} onClick={() => setRunning(true)}>
              Run
            </Menu.Item>
          )}
          {can('flow:publish') && flow.published !== null && (
            <Menu.Item
              leftSection={<Power size={16} aria-hidden />}
              onClick={() => turn.mutate({ id: flow.id, on: !flow.enabled })}
            >
              Switch {flow.enabled ? 'off' : 'on'}
            </Menu.Item>
          )}
          {flow.published !== null && (
            <Menu.Item
              leftSection={<Rewind size={16} aria-hidden />}
              onClick={() => void navigate({ to: '/w/$ws/flows/$flowId/trials', params: { ws, flowId: flow.id } })}
            >
              Try on past runs
            </Menu.Item>
          )}
          {flow.published !== null && (
            <Menu.Item
              leftSection={<ClipboardList size={16} aria-hidden />}
              onClick={() => void navigate({ to: '/w/$ws/flows/$flowId/plans', params: { ws, flowId: flow.id } })}
            >
              Access plans
            </Menu.Item>
          )}
          <Menu.Item leftSection={<Download size={16} aria-hidden />} onClick={() => setExporting(true)}>
            Export
          </Menu.Item>
          {can('flow:delete') && (
            <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={() => setAsking(true)}>
              Delete
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ExportDialog opened={exporting} onClose={() => setExporting(false)} flow={flow} />
      <RunDialog opened={running} onClose={() => setRunning(false)} flow={flow} />
      <ConfirmDialog
        opened={asking}
        title={`Delete ${flow.name}?`}
        verb="Delete"
        destructive
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(flow.id, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">Its triggers stop. Its runs stay in the history.</Text>
        {remove.error && <Failure what="Not deleted" error={remove.error} />}
      </ConfirmDialog>
    </>
  );
}
