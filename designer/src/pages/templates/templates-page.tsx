import type { TemplateRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Chip, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import { useTemplates } from '../../api/templates.js';
import { useWorkspace } from '../../api/workspace.js';
import { FlowPicture } from '../../picture/flow-picture.js';
import { SystemTiles, systemName } from '../../systems/system-tile.js';
import { GraphDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { SearchField } from '../../ui/search-field.js';
import classes from './templates.module.css';

const route = getRouteApi('/w/$ws/templates');

export function TemplatesPage() {
  const { q = '', category } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useTemplates();
  const categories = [...new Set(list.data?.map((row) => row.category))].sort();
  const shown = list.data?.filter((row) => (!category || row.category === category) && matches(row, q));
  return (
    <Page title="Templates" lead="Ready-made flows to install and make your own">
      <Group mb="lg" gap="sm">
        <SearchField
          label="Search templates"
          value={q}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, q: next || undefined }), replace: true })}
        />
        {categories.length > 1 && (
          <Chip.Group
            value={category ?? ''}
            onChange={(next) =>
              void navigate({ search: (now) => ({ ...now, category: String(next) || undefined }), replace: true })
            }
          >
            <Group gap="xs">
              <Chip value="">All</Chip>
              {categories.map((one) => (
                <Chip key={one} value={one}>
                  {one}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        )}
      </Group>
      {list.error && (
        <Failure what="The templates cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="lg">
        {list.isPending && [1, 2, 3].map((place) => <Skeleton key={place} height={300} radius="md" />)}
        {shown?.map((row) => (
          <TemplateCard key={row.id} template={row} />
        ))}
      </SimpleGrid>
      {shown?.length === 0 && <EmptyState drawing={<GraphDrawing />}>No template fits. Take another word.</EmptyState>}
    </Page>
  );
}

function TemplateCard({ template }: { template: TemplateRow }) {
  const { id: ws } = useWorkspace();
  const { id, title, summary, systems, minutes, changes, flow } = template;
  return (
    <article className={`card ${classes.card}`}>
      <div className={classes.picture}>
        <FlowPicture flow={flow as Draft} />
      </div>
      <Stack gap="xs" p="md" style={{ flex: 1 }}>
        <Title order={2}>
          <Link to="/w/$ws/templates/$templateId" params={{ ws, templateId: id }} className={classes.link}>
            {title}
          </Link>
        </Title>
        <Text size="sm" c="dimmed">
          {summary}
        </Text>
        <Text size="sm">
          <Text span size="sm" fw={600}>
            Changes:{' '}
          </Text>
          {changes}
        </Text>
        <Group justify="space-between" mt="auto" pt="xs">
          <SystemTiles ids={systems} />
          <Group gap={4} c="dimmed">
            <Clock size={14} aria-hidden />
            <Text size="sm">{minutes} min to set up</Text>
          </Group>
        </Group>
      </Stack>
    </article>
  );
}

function matches(row: TemplateRow, q: string): boolean {
  const text = [row.title, row.summary, row.changes, row.category, ...row.systems.map(systemName)]
    .join(' ')
    .toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
