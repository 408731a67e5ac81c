import type { FlowDetail, TemplateDetail } from '@castellan/api';
import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { SampleGuides } from './sample-guides.js';

interface Props {
  flow: FlowDetail;
  template: TemplateDetail;
  /** The custom app of Opal whose calls the flow serves. */
  opalApp: string | undefined;
}

/** The end of the wizard: the flow is there, switched off, and what to do next. */
export function Installed({ flow, template, opalApp }: Props) {
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
      {template.opalApp && (opalApp ? <ServedApp id={opalApp} /> : <Text c="dimmed">{unserved}</Text>)}
      {addresses.length === 0 && !template.opalApp && (
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

const unserved =
  'Opal does not reach it yet: choose it on the page of a custom app, under Connections, Opal custom apps.';

/** Where Opal finds the app, and how to see that it works. */
function ServedApp({ id }: { id: string }) {
  const { id: ws } = useWorkspace();
  const app = useOpalApp(id);
  if (app.error) return <Failure what="The custom app cannot be read" error={app.error} />;
  if (!app.data) return <Loader aria-label="Loading" />;
  return (
    <>
      <CopyField label="Base URL, to be entered in Opal" value={app.data.url} />
      <Text c="dimmed">
        Once it is published, press “Read it as Opal does” on the page of{' '}
        <Link to="/w/$ws/opal-apps/$appId" params={{ ws, appId: id }}>
          {app.data.name}
        </Link>
        .
      </Text>
    </>
  );
}
