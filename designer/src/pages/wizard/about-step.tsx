import type { TemplateDetail } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Clock } from 'lucide-react';
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
      <Markdown text={template.guide} />
      <Group>
        <Button onClick={onNext}>Continue</Button>
      </Group>
    </Stack>
  );
}
