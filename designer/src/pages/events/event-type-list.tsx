import type { EmittedEventType } from '@castellan/api';
import { Anchor, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useEventTypes } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { Failure } from '../../ui/failure.js';
import { JsonView } from '../../ui/json-view.js';

/** All events, each with what it says. */
export function EventTypeList() {
  const { id: ws, can } = useWorkspace();
  const list = useEventTypes();
  const [opened, setOpened] = useState<string>();
  const toggle = ({ type }: EmittedEventType) => setOpened(type === opened ? undefined : type);
  const columns: Column<EmittedEventType>[] = [
    detailsColumn({
      title: 'Details',
      label: ({ title }) => `What is told: ${title}`,
      isOpen: ({ type }) => type === opened,
      onToggle: toggle,
    }),
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
          onOpen={toggle}
          below={(row) => row.type === opened && <Told event={row} />}
          empty={<Text p="md">There is none.</Text>}
        />
      )}
    </section>
  );
}

type Shown = 'sample' | 'schema' | 'answer';

function Told({ event }: { event: EmittedEventType }) {
  const [show, setShow] = useState<Shown>('sample');
  const shown = { sample: event.sample, schema: event.schema, answer: event.output.schema };
  return (
    <Stack py="xs" align="flex-start">
      <SegmentedControl
        size="xs"
        aria-label="What to show"
        value={show}
        onChange={(next) => setShow(next as Shown)}
        data={[
          { value: 'sample', label: 'Sample' },
          { value: 'schema', label: 'Schema' },
          { value: 'answer', label: 'Answer' },
        ]}
      />
      {show === 'answer' && (
        <Text size="sm">
          Any 2xx is the receipt ({event.kind}): nothing else is asked of the receiver, and nothing is done with a body.
        </Text>
      )}
      <div style={{ width: '100%' }}>
        <JsonView key={show} value={shown[show]} label={show} />
      </div>
    </Stack>
  );
}
