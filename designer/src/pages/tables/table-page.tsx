import type { TableInfo } from '@castellan/api';
import { Button, Group, Tabs } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTable } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { ColumnsTab } from './columns-tab.js';
import { ImportDialog } from './import-dialog.js';
import { RowsTab } from './rows-tab.js';
import { TableChanges } from './table-changes.js';

const route = getRouteApi('/w/$ws/tables/$tableId');
type Tab = NonNullable<ReturnType<typeof route.useSearch>['tab']>;

export function TablePage() {
  const { id: ws } = useWorkspace();
  const { tableId } = route.useParams();
  const { tab = 'rows' } = route.useSearch();
  const navigate = route.useNavigate();
  const table = useTable(tableId);
  const back = (
    <Link to="/w/$ws/tables" params={{ ws }}>
      Tables
    </Link>
  );
  if (table.error || !table.data) {
    return <PendingPage title="Table" back={back} what="The table cannot be read" error={table.error} />;
  }
  return (
    <Page
      title={table.data.name}
      back={back}
      {...(table.data.description === '' ? {} : { lead: table.data.description })}
      actions={<CsvButtons table={table.data} />}
    >
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ search: { tab: (value ?? 'rows') as Tab } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="rows">Rows</Tabs.Tab>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
          <Tabs.Tab value="columns">Columns and use</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="rows">
          <RowsTab table={table.data} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <TableChanges table={table.data} />
        </Tabs.Panel>
        <Tabs.Panel value="columns">
          <ColumnsTab key={JSON.stringify(table.data.columns)} table={table.data} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function CsvButtons({ table }: { table: TableInfo }) {
  const { id: ws, can } = useWorkspace();
  const [importing, setImporting] = useState(false);
  return (
    <Group gap="xs">
      {can('table:write') && (
        <Button variant="default" leftSection={<Upload size={16} aria-hidden />} onClick={() => setImporting(true)}>
          Take in CSV
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<Download size={16} aria-hidden />}
        component="a"
        href={`/api/v1/workspaces/${ws}/tables/${table.id}/export`}
        download
      >
        Take out CSV
      </Button>
      {importing && <ImportDialog table={table} onClose={() => setImporting(false)} />}
    </Group>
  );
}
