import {
  type OpalApp,
  type OpalAppReadName,
  type OpalAppServes,
  type OpalAppWriteName,
  opalAppReadNames,
  opalAppReads,
  opalAppWriteNames,
  opalAppWrites,
} from '@castellan/api';
import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useCatalog } from '../../api/connections.js';
import { useSaveOpalApp } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { ReadSource } from './read-source.js';

/** Who serves each call: what is read comes from a system or a flow, what is changed is done by a flow. */
export function ServesForm({ app }: { app: OpalApp }) {
  const { can } = useWorkspace();
  const catalog = useCatalog().data;
  const save = useSaveOpalApp(app.id);
  const [serves, setServes] = useState<OpalAppServes>(app.serves);
  const disabled = !can('connection:write');
  const changed = JSON.stringify(serves) !== JSON.stringify(app.serves);
  const flows = (catalog?.flows ?? []).map(({ id, name }) => ({ value: id, label: name }));

  function setRead(name: OpalAppReadName, source: OpalAppServes['reads'][OpalAppReadName]) {
    const { [name]: _, ...others } = serves.reads;
    setServes({ ...serves, reads: source ? { ...others, [name]: source } : others });
  }

  function setWrite(name: OpalAppWriteName, flowId: string | null) {
    const { [name]: _, ...others } = serves.writes;
    setServes({ ...serves, writes: flowId === null ? others : { ...others, [name]: { by: 'flow', flowId } } });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ serves });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Who serves each call">
      <Stack gap="xl">
        <section aria-label="What Opal reads">
          <Title order={2} mb={4}>
            What Opal reads
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            Read anew at each call, so that Opal sees what is there. A list that nobody serves is empty.
          </Text>
          <Stack gap="sm">
            {opalAppReadNames.map((name) => (
              <ReadSource
                key={name}
                read={opalAppReads[name]}
                source={serves.reads[name]}
                catalog={catalog}
                disabled={disabled}
                onChange={(source) => setRead(name, source)}
              />
            ))}
          </Stack>
        </section>
        <section aria-label="What Opal changes">
          <Title order={2} mb={4}>
            What Opal changes
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            Done by a flow with a call trigger. Its input holds call, appId, userId, resourceId, groupId, memberGroupId
            and accessLevelId, as far as the call has them. Opal is told that it is done when the flow responds or ends.
          </Text>
          <Group gap="sm">
            {opalAppWriteNames.map((name) => (
              <Select
                key={name}
                label={opalAppWrites[name]}
                placeholder="Nobody"
                data={flows}
                value={serves.writes[name]?.flowId ?? null}
                onChange={(flowId) => setWrite(name, flowId)}
                disabled={disabled}
                clearable
                w={280}
              />
            ))}
          </Group>
        </section>
        {save.error && <Failure what="Not saved" error={save.error} />}
        {!disabled && (
          <div>
            <Button type="submit" loading={save.isPending} disabled={!changed}>
              Save who serves
            </Button>
          </div>
        )}
      </Stack>
    </form>
  );
}
