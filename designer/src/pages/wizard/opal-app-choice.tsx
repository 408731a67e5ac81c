import { type OpalApp, type OpalAppCalls, opalAppReads, opalAppWrites } from '@castellan/api';
import { Button, Group, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useOpalApps } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { NewAppForm } from '../opal-apps/new-app-form.js';
import { isFree } from './installation.js';
import classes from './wizard.module.css';

interface Props {
  calls: OpalAppCalls;
  chosen: string | undefined;
  onChoose(id: string | undefined): void;
}

const later = 'later';
const newApp = 'new';

/** The custom app of Opal that the flow serves: one whose calls nobody serves yet, a new one, or none for now. */
export function OpalAppChoice({ calls, chosen, onChoose }: Props) {
  const { can } = useWorkspace();
  const apps = useOpalApps();
  const [making, setMaking] = useState(false);
  const may = can('connection:write');
  const free: OpalApp[] = (apps.data ?? []).filter(({ serves }) => isFree(serves, calls));
  const url = free.find(({ id }) => id === chosen)?.url;
  const served = [
    ...calls.reads.map((call) => opalAppReads[call].title),
    ...calls.writes.map((call) => opalAppWrites[call]),
  ];
  return (
    <section className={`card ${classes.slot}`} aria-label="Opal custom app">
      <Stack gap="sm">
        <Group gap="sm" wrap="nowrap">
          <SystemTile id="opal" title="Opal" />
          <div>
            <Text fw={600}>Opal custom app</Text>
            <Text size="xs" c="dimmed">
              The flow serves {served.join(', ')}
            </Text>
          </div>
        </Group>
        {apps.error && <Failure what="The custom apps cannot be read" error={apps.error} />}
        <Radio.Group
          aria-label="Opal custom app that the flow serves"
          value={making ? newApp : (chosen ?? later)}
          onChange={(next) => {
            setMaking(next === newApp);
            onChoose(next === newApp || next === later ? undefined : next);
          }}
        >
          <Stack gap="xs">
            {may && free.map(({ id, name, appId }) => <Radio key={id} value={id} label={name} description={appId} />)}
            {may && <Radio value={newApp} label="New custom app" />}
            <Radio
              value={later}
              label="Not now"
              description={
                may
                  ? 'The flow is chosen on the page of the app, under Connections'
                  : 'An administrator chooses the flow on the page of the app, under Connections'
              }
            />
          </Stack>
        </Radio.Group>
        {making && (
          <NewAppForm
            onMade={({ id }) => {
              setMaking(false);
              onChoose(id);
            }}
            actions={
              <Button variant="subtle" onClick={() => setMaking(false)}>
                Not now
              </Button>
            }
          />
        )}
        {url && <CopyField label="Base URL, to be entered in Opal" value={url} />}
      </Stack>
    </section>
  );
}
