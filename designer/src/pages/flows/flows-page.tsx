import type { FlowRow } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { LayoutTemplate, Plus, Upload } from 'lucide-react';
import { useState } from 'react';
import { useCreateFlow, useFlows, useImportFlow } from '../../api/flows.js';
import { useWorkspace } from '../../api/workspace.js';
import { ImportDialog } from '../../flow-files/import-dialog.js';
import { triggerWords } from '../../status/trigger-words.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { GraphDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { bytes, count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SearchField } from '../../ui/search-field.js';
import { FlowMenu } from './flow-menu.js';
import { FlowState } from './flow-state.js';

const route = getRouteApi('/w/$ws/flows');

export function FlowsPage() {
  const { id: ws, can } = useWorkspace();
  const { q = '' } = route.useSearch();
  const search = route.useNavigate();
  const navigate = useNavigate();
  const list = useFlows({ q });
  const open = (id: string) => void navigate({ to: '/w/$ws/flows/$flowId', params: { ws, flowId: id } });
  const columns: Column<FlowRow>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <div>
          <div>
            <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: row.id }}>
              {row.name}
            </Link>
          </div>
          {row.description && (
            <Text size="xs" c="dimmed" lineClamp={1} maw={420}>
              {row.description}
            </Text>
          )}
        </div>
      ),
    },
    { key: 'state', title: 'State', cell: (row) => <FlowState flow={row} /> },
    { key: 'triggers', title: 'Started by', cell: (row) => triggerWords(row.triggers), wideOnly: true },
    {
      key: 'updated',
      title: 'Changed',
      cell: (row) => (
        <Text size="sm">
          <RelativeTime at={row.updatedAt} /> by {row.updatedBy}
        </Text>
      ),
      wideOnly: true,
    },
    {
      key: 'history',
      title: 'History',
      cell: ({ history }) => (
        <Text size="sm" c={history.runs === 0 ? 'dimmed' : undefined}>
          {history.runs === 0 ? '–' : `${count(history.runs, 'run')}, ${bytes(history.bytes)}`}
        </Text>
      ),
      wideOnly: true,
    },
    { key: 'menu', title: 'Actions', titleHidden: true, width: 48, cell: (row) => <FlowMenu flow={row} /> },
  ];
  const firstVisit = q === '' && list.data?.length === 0;
  return (
    <Page title="Flows" actions={can('flow:write') && <NewFlowButtons onMade={open} />}>
      <Stack>
        {!firstVisit && (
          <Group>
            <SearchField
              label="Search flows"
              value={q}
              onChange={(next) => void search({ search: { q: next || undefined }, replace: true })}
            />
          </Group>
        )}
        {list.isLoadingError ? (
          <Failure what="The flows cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Flows"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.id}
            onOpen={({ id }) => open(id)}
            more={moreOf(list)}
            empty={firstVisit ? <FirstFlow /> : <EmptyState>No flow has this name.</EmptyState>}
          />
        )}
      </Stack>
    </Page>
  );
}

function FirstFlow() {
  const { id: ws } = useWorkspace();
  return (
    <EmptyState
      drawing={<GraphDrawing />}
      action={
        <Button
          leftSection={<LayoutTemplate size={16} aria-hidden />}
          renderRoot={(props) => <Link {...props} to="/w/$ws/templates" params={{ ws }} />}
        >
          Browse templates
        </Button>
      }
    >
      A flow does one job across your systems, such as taking away access when an alert comes in.
    </EmptyState>
  );
}

/** Makes an empty flow, or one that was exported elsewhere. */
function NewFlowButtons({ onMade }: { onMade(id: string): void }) {
  const create = useCreateFlow();
  const imported = useImportFlow();
  const [importing, setImporting] = useState(false);
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button variant="default" leftSection={<Upload size={16} aria-hidden />} onClick={() => setImporting(true)}>
          Import
        </Button>
        <Button
          leftSection={<Plus size={16} aria-hidden />}
          loading={create.isPending}
          onClick={() => create.mutate({ name: 'New flow' }, { onSuccess: ({ id }) => onMade(id) })}
        >
          New flow
        </Button>
      </Group>
      <ImportDialog
        opened={importing}
        onClose={() => setImporting(false)}
        lead="A new flow is made of it, with its test cases. It is not published until you publish it."
        verb="Make the flow"
        busy={imported.isPending}
        failure={imported.error && <Failure what="Not imported" error={imported.error} />}
        onImport={(file) => imported.mutate(file, { onSuccess: ({ id }) => onMade(id) })}
      />
      {create.error && <Failure what="Not made" error={create.error} />}
    </Stack>
  );
}
