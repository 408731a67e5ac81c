import type { TemplateDetail } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Clock } from 'lucide-react';
import { Fragment } from 'react';
import { useFlows } from '../../api/flows.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTiles } from '../../systems/system-tile.js';
import { Markdown } from '../../ui/markdown.js';

export function AboutStep({ template, onNext }: { template: TemplateDetail; onNext(): void }) {
  return (
    <Stack>
      <Group gap="lg">
        <SystemTiles ids={template.systems} size={32} />
        <Group gap={6} c="dimmed">
          <Clock size={16} aria-hidden />
          <Text size="sm">{template.minutes} min to set up</Text>
        </Group>
      </Group>
      <div className="card" style={{ padding: 16 }}>
        <Text size="sm" c="dimmed">
          What it changes
        </Text>
        <Text fw={500}>{template.changes}</Text>
      </div>
      <InstalledAs template={template} />
      <Markdown text={template.guide} />
      {template.testedWith && (
        <Text size="sm" c="dimmed">
          Tested with Castellan {template.testedWith.castellan}
          {Object.entries(template.testedWith.apis).map(([system, version]) => ` · ${system}: ${version}`)}
        </Text>
      )}
      <Group>
        <Button onClick={onNext}>Continue</Button>
      </Group>
    </Stack>
  );
}

/** The flows that were made of it. Each is the workspace's own: a newer template leaves it as it is. */
function InstalledAs({ template }: { template: TemplateDetail }) {
  const { id: ws } = useWorkspace();
  const made = useFlows().data?.filter(({ templateId }) => templateId === template.id) ?? [];
  if (made.length === 0) return null;
  return (
    <Text size="sm">
      Installed here as{' '}
      {made.map(({ id, name }, index) => (
        <Fragment key={id}>
          {index > 0 && ', '}
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: id }}>
            {name}
          </Link>
        </Fragment>
      ))}
      . Another install makes a flow of its own.
    </Text>
  );
}
