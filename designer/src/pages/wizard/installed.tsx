import type { FlowDetail, TemplateDetail } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/workspace.js';
import { CopyField } from '../../ui/copy-field.js';
import { Notice } from '../../ui/notice.js';
import { SampleGuides } from './sample-guides.js';

/** The end of the wizard: the flow is there, switched off, and what to do next. */
export function Installed({ flow, template }: { flow: FlowDetail; template: TemplateDetail }) {
  const { id: ws } = useWorkspace();
  const addresses = flow.triggers.filter(({ url }) => url !== undefined);
  return (
    <Stack>
      <Notice look="succeeded" title="Installed, switched off">
        Open {flow.name}, look it over, and publish it. Nothing runs before.
      </Notice>
      {addresses.map(({ id, url }) => (
        <CopyField
          key={id}
          label={addresses.length > 1 ? `Address of ${id}` : 'Address to send to'}
          value={url ?? ''}
        />
      ))}
      {addresses.length === 0 && (
        <Text c="dimmed">
          Its triggers get their addresses when it is published; they stand on the flow and under Arrivals.
        </Text>
      )}
      <Group>
        <Button renderRoot={(props) => <Link {...props} to="/w/$ws/flows/$flowId" params={{ ws, flowId: flow.id }} />}>
          Open the flow
        </Button>
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/w/$ws/flows" params={{ ws }} />}>
          All flows
        </Button>
      </Group>
      <SampleGuides template={template} opened />
    </Stack>
  );
}
