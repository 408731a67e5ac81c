import type { EmittedEventType } from '@castellan/api';
import { ActionIcon, Anchor, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useEventTypes } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { JsonView } from '../../ui/json-view.js';

/** All events, each with what it says. */
export function EventTypeList() {
  const { id: ws, can } = useWorkspace();
  const list = useEventTypes();
  const [opened, setOpened] = useState<string>();
  const toggle = (type: string) => setOpened(type === opened ? undefined : type);
  const columns: Column<EmittedEventType>[] = [
    {
      key: 'open',
      title: 'Details',
      titleHidden: true,
      width: 48,
      cell: ({ type, title }) => {
        const Icon = type === opened ? ChevronDown : ChevronRight;
        return (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={type === opened}
            aria-label={`What is told: ${title}`}
            onClick={() => toggle(type)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        );
      },
    },
    {
      key: 'title',
      title: 'Event',
      width: 220,
      cell: ({ title, type }) => (
        <div>
          <Text size="sm">{title}</Text>
          <Text size="xs" c="dimmed">
            {type}
          </Text>
        </div>
      ),
    },
    { key: 'description', title: 'Told when', cell: ({ description }) => <Text size="sm">{description}</Text> },
    {
      key: 'subscribe',
      title: 'Subscribe',
      titleHidden: true,
      align: 'right',
      cell: ({ type, title }) =>
        can('connection:write') && (
          <Anchor
            size="sm"
            aria-label={`Subscribe to ${title}`}
            renderRoot={(props) => <Link {...props} to="/w/$ws/events/new" params={{ ws }} search={{ event: type }} />}
          >
            Subscribe
          </Anchor>
        ),
    },
  ];
  return (
    <section aria-label="Events">
      <Title order={2} mb="sm">
        Events
      </Title>
      {list.isLoadingError ? (
        <Failure what="The events cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Events"
          columns={columns}
          rows={list.data}
          rowKey={({ type }) => type}
          onOpen={({ type }) => toggle(type)}
          below={(row) => row.type === opened && <Told event={row} />}
          empty={<Text p="md">There is none.</Text>}
        />
      )}
    </section>
  );
}

function Told({ event }: { event: EmittedEventType }) {
  const [show, setShow] = useState('sample');
  return (
    <Stack py="xs" align="flex-start">
      <SegmentedControl
        size="xs"
        aria-label="What to show"
        value={show}
        onChange={setShow}
        data={[
          { value: 'sample', label: 'Sample' },
          { value: 'schema', label: 'Schema' },
        ]}
      />
      <div style={{ width: '100%' }}>
        <JsonView key={show} value={show === 'sample' ? event.sample : event.schema} label={show} />
      </div>
    </Stack>
  );
}
