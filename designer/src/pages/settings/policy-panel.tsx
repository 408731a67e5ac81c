import type { Policy } from '@castellan/api';
import type { PublishPolicy, policyModes } from '@castellan/flow';
import { Button, Fieldset, Group, SegmentedControl, Select, Stack, TagsInput, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useCatalog } from '../../api/connections.js';
import { usePolicy, useSavePolicy } from '../../api/policy.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { PolicyExceptions } from './policy-exceptions.js';

type Mode = (typeof policyModes)[number];

const modes: { value: Mode; label: string }[] = [
  { value: 'off', label: 'Off' },
  { value: 'warn', label: 'Warn' },
  { value: 'refuse', label: 'Refuse' },
];

/** Rules that flows keep to when they are published, and the flows that need not. */
export function PolicyPanel() {
  const { can } = useWorkspace();
  const { data, error, refetch } = usePolicy();
  return (
    <Stack gap="md">
      <div>
        <Title order={2} mb="xs">
          Publish policy
        </Title>
        <Text size="sm" maw={720}>
          Rules over the way that a flow takes. A flow that breaks one shows where in the editor; a rule that refuses
          also keeps it from being published or tried out. Flows that are published already go on as they are.
        </Text>
      </div>
      {error && <Failure what="The rules cannot be read" error={error} onRetry={() => void refetch()} />}
      {data && <Rules key={JSON.stringify(data.rules)} policy={data} mayChange={can('workspace:write')} />}
      {data && <PolicyExceptions exceptions={data.exceptions} mayChange={can('workspace:write')} />}
    </Stack>
  );
}

function Rules({ policy: { rules }, mayChange }: { policy: Policy; mayChange: boolean }) {
  const save = useSavePolicy();
  const [given, setGiven] = useState<PublishPolicy>(rules);
  const { guarded, hrData } = given;
  const setGuarded = (change: Partial<typeof guarded>) => setGiven({ ...given, guarded: { ...guarded, ...change } });
  const setHrData = (change: Partial<typeof hrData>) => setGiven({ ...given, hrData: { ...hrData, ...change } });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(given);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Rules of the workspace">
      <Fieldset variant="unstyled" disabled={!mayChange}>
        <Stack maw={720}>
          {save.error && <Failure what="Not saved" error={save.error} />}
          <Fieldset legend="What takes something away comes after an approval">
            <Stack gap="sm">
              <ModeChoice
                name="What takes something away"
                value={guarded.mode}
                onChange={(mode) => setGuarded({ mode })}
              />
              <Select
                label="What guards a step"
                data={[
                  { value: 'approval_or_budget', label: 'An approval on every way to it, or a budget' },
                  { value: 'approval', label: 'Only an approval on every way to it' },
                ]}
                value={guarded.by}
                onChange={(by) => by && setGuarded({ by: by as typeof guarded.by })}
                allowDeselect={false}
              />
              <Connectors
                label="Systems that are left out"
                value={guarded.exceptConnectors}
                onChange={(exceptConnectors) => setGuarded({ exceptConnectors })}
              />
            </Stack>
          </Fieldset>
          <Fieldset legend="Data of an HR system does not come to a public channel of Slack">
            <Stack gap="sm">
              <ModeChoice name="Data of an HR system" value={hrData.mode} onChange={(mode) => setHrData({ mode })} />
              <Connectors
                label="Systems that count as HR systems"
                value={hrData.systems}
                onChange={(systems) => setHrData({ systems })}
              />
              <TagsInput
                label="Public channels"
                description="Names or ids; * stands for any characters, so that * alone means every channel"
                value={hrData.publicChannels}
                onChange={(publicChannels) => setHrData({ publicChannels })}
                acceptValueOnBlur
              />
            </Stack>
          </Fieldset>
          {mayChange && (
            <Group>
              <Button type="submit" variant="default" loading={save.isPending} disabled={given === rules}>
                Save the rules
              </Button>
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}

function ModeChoice({ name, value, onChange }: { name: string; value: Mode; onChange(mode: Mode): void }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        A flow that breaks this
      </Text>
      <SegmentedControl aria-label={name} data={modes} value={value} onChange={(mode) => onChange(mode as Mode)} />
    </div>
  );
}

function Connectors(props: { label: string; value: string[]; onChange(value: string[]): void }) {
  const catalog = useCatalog();
  return (
    <TagsInput
      label={props.label}
      description="Ids of connectors"
      data={catalog.data?.connectors.map(({ id }) => id) ?? []}
      value={props.value}
      onChange={props.onChange}
      acceptValueOnBlur
    />
  );
}
